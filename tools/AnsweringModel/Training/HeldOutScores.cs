using System.Globalization;
using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.GraphKv;
using ML.Extensions.Retrieval;
using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.AnsweringModel.Training;

/// <summary>
/// How many answers over held-out assemblies come out right, word for word, while training goes on: an answer is right where each of its
/// tokens is the likeliest behind those before it, which is what greedy decoding would write.
/// </summary>
internal sealed class HeldOutScores
{
    private const int Seed = 77;

    private readonly AnswerStep _step;
    private readonly IReadOnlyList<ApiContext> _contexts;
    private readonly IReadOnlyList<(GraphKvPlan Plan, IReadOnlyList<PackedAnswer> Packed)> _packed;

    /// <summary>Makes the contexts, once.</summary>
    public HeldOutScores(TrainableDecoder decoder, AnsweringBatches batches, IReadOnlyList<IndexedDocument> heldOut, IReadOnlyList<GraphKvPlan> plans, int contexts)
    {
        _step = new(decoder, 4_096);
        var maker = new ContextMaker(heldOut);
        _contexts = [.. Enumerable.Range(0, contexts).Select(n => maker.Make(ContextShape.Measured, new Random(RowStream.HashCode(Seed, n))))];
        _packed = [.. plans.Select(p => (p, (IReadOnlyList<PackedAnswer>)[.. _contexts.Select(c => batches.Asked(c, p))]))];
    }

    /// <summary>A line: all questions by plan, then each kind over all plans.</summary>
    public string Measure()
    {
        using var _ = no_grad();
        var (all, byPlan) = (new List<(QuestionKind Kind, bool Right)>(), new List<string>());
        foreach (var (plan, packed) in _packed)
        {
            var scores = _step.Measure(packed);
            var rows = _contexts.Zip(scores).SelectMany(c => c.First.Questions.Zip(c.Second, (q, s) => (q.Kind, s.Right))).ToArray();
            all.AddRange(rows);
            byPlan.Add(string.Create(CultureInfo.InvariantCulture, $"{plan.Name} {rows.Average(r => r.Right ? 1 : 0):F2}"));
        }

        var kinds = all.GroupBy(r => r.Kind).OrderBy(g => g.Key)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Average(r => r.Right ? 1 : 0):F2} ({g.Count()})"));
        return string.Join(", ", byPlan) + "; " + string.Join(", ", kinds);
    }
}
