using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.Devices;
using ML.Extensions.GraphKv;
using ML.Extensions.Retrieval;
using ML.Extensions.Training;

namespace ML.Extensions.AnsweringModel.Evaluation;

/// <summary>
/// Asks a model about held-out assemblies, each question under each plan, by the engine that users have, greedily. The asked segment stands
/// where it fell, and for Sequential also first and last.
/// </summary>
/// <param name="model">The model's folder.</param>
/// <param name="heldOut">Documents that training has not seen.</param>
/// <param name="shape">Number and length of segments, questions of a context.</param>
internal sealed class Evaluator(string model, IReadOnlyList<IndexedDocument> heldOut, ContextShape shape)
{
    private const int Seed = 78, MostTokens = 64;

    /// <summary>Plans by the names that result lines have; the last is not trained.</summary>
    public static IReadOnlyList<(string Name, GraphKvPlan Plan)> Plans { get; } =
    [
        ("sequential", GraphKvPlan.Sequential), ("block", GraphKvPlan.BlockAttention), ("pcw", GraphKvPlan.ParallelWindows),
        ("edges", GraphKvPlan.Graph(SegmentGraph.Edges)), ("top3", GraphKvPlan.TopSources(3)), ("pine", GraphKvPlan.Pine),
    ];

    /// <summary>Contexts that depend on the seed alone.</summary>
    public IReadOnlyList<ApiContext> Contexts(int count)
    {
        var maker = new ContextMaker(heldOut);
        return [.. Enumerable.Range(0, count).Select(n => maker.Make(shape, new Random(RowStream.HashCode(Seed, n))))];
    }

    /// <summary>Answers of the baselines and of the model.</summary>
    /// <param name="contexts">Number of contexts.</param>
    /// <param name="plans">Names of the plans that are asked.</param>
    /// <param name="show">Told question, plan, answer and right answer; null is nobody.</param>
    public IEnumerable<EvaluatedAnswer> Run(int contexts, IReadOnlyList<string> plans, Action<ApiQuestion, string, string>? show)
    {
        var all = Contexts(contexts);
        foreach (var context in all)
            foreach (var question in context.Questions)
            {
                yield return Score("baseline-first-sentence", question, Baselines.FirstSentence(context));
                yield return Score("baseline-nearest-line", question, Baselines.NearestLine(context, question.Text));
            }

        foreach (var (name, plan) in Plans.Where(p => plans.Contains(p.Name)))
        {
            using var answerer = GraphKvAnswerer.Open(model, new(plan) { MaxNewTokens = MostTokens }, ComputeDevice.Cpu);
            foreach (var context in all)
                foreach (var question in context.Questions)
                    foreach (var (place, order) in Orders(context, question, name))
                    {
                        var answer = answerer.Answer(Request(context, question, order), shares: false, divergence: false).Text.Trim();
                        show?.Invoke(question, name + place, answer);
                        yield return Score(name + place, question, answer);
                    }
        }
    }

    private static EvaluatedAnswer Score(string method, ApiQuestion question, string answer)
    {
        var (found, right) = (AnswerMatch.Counted(question.Kind, answer), AnswerMatch.Counted(question.Kind, question.Answer));
        return new(method, question.Kind, AnswerMatch.IsExact(found, right), AnswerMatch.F1(found, right));
    }

    private static IEnumerable<(string Place, int[] Order)> Orders(ApiContext context, ApiQuestion question, string plan)
    {
        int[] own = [.. Enumerable.Range(0, context.Pieces.Count)];
        yield return ("", own);
        if (plan != "sequential" || question.Segment < 0)
            yield break;
        int[] others = [.. own.Where(n => n != question.Segment)];
        yield return (" first", [question.Segment, .. others]);
        yield return (" last", [.. others, question.Segment]);
    }

    private static AnswerRequest Request(ApiContext context, ApiQuestion question, int[] order)
    {
        int At(int segment) => Array.IndexOf(order, segment);
        return new(question.Text, [.. order.Select(n => context.Pieces[n].Text)], [.. context.Edges.Select(e => (At(e.Source), At(e.Target)))]);
    }
}
