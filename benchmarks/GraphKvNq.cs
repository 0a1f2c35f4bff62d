using System.Globalization;
using System.Runtime.InteropServices;
using ML.Extensions.Devices;
using ML.Extensions.Generation;
using ML.Extensions.GraphKv;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Natural Questions over one gold passage among others, at each place, under every plan: whether a gold answer stands in the
/// greedy answer, and the mean negative log-likelihood of the first gold answer's tokens behind "The answer is". Where segments share
/// a range the place can change nothing, except by who is a source.
/// </summary>
internal sealed class GraphKvNq : IDisposable
{
    private const int AnswerTokens = 20;

    private static readonly (string Name, GraphKvPlan Plan)[] Plans =
    [
        ("sequential", GraphKvPlan.Sequential), ("block", GraphKvPlan.BlockAttention), ("block-seen", GraphKvPlan.BlockAttention with { SegmentsSeePrefix = true }),
        ("pcw", GraphKvPlan.ParallelWindows), ("pcw-seen", GraphKvPlan.ParallelWindows with { SegmentsSeePrefix = true }), ("ape", GraphKvPlan.AdaptiveParallel()),
        ("top-1", GraphKvPlan.TopSources(1)), ("top-1-seen", GraphKvPlan.TopSources(1) with { SegmentsSeePrefix = true }), ("full", GraphKvPlan.Graph(SegmentGraph.Full)),
        ("synchronous", GraphKvPlan.Synchronous(SegmentGraph.Full)), ("released", GraphKvPlan.Released(1)), ("cacheblend", GraphKvPlan.CacheBlend()),
    ];

    private readonly GenerationModel _model;
    private readonly SegmentCache _cache = new(memoryBytes: 4L << 30);
    private readonly GraphKvEngine _engine;
    private readonly PromptTokens _prompt;

    private GraphKvNq(string file)
    {
        _model = GenerationModel.Open(file, Precision.Float32, ComputeDevice.Cpu);
        (_engine, _prompt) = (new(_model.Decoder, file, _cache), new(_model, null));
    }

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "questions", "passages", "plans", "model", "data");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var file = arguments.Text("model", Path.Combine(data, "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var passages = arguments.Number("passages", 6);
        var questions = GraphKvQuestion.Load(data, arguments.Number("questions", 20), passages - 1);
        var wanted = arguments.Texts("plans", string.Join(',', Plans.Select(p => p.Name)));
        using var run = new GraphKvNq(file);
        var fields = new List<(string, object)>();
        foreach (var (name, plan) in wanted.Select(w => Array.Find(Plans, p => p.Name == w) is { Plan: not null } found
            ? found : throw new ArgumentException($"No plan is named '{w}'. There are: {string.Join(", ", Plans.Select(p => p.Name))}.")))
        {
            foreach (var (place, where) in new[] { (0, "first"), (passages / 2, "middle"), (passages - 1, "last") })
            {
                var (right, loss) = (0, 0.0);
                foreach (var question in questions)
                {
                    var (isRight, nll) = run.Ask(plan, question, place);
                    (right, loss) = (right + (isRight ? 1 : 0), loss + (nll / questions.Count));
                }

                var accuracy = 100.0 * right / questions.Count;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} gold {where,-7} accuracy {accuracy,5:F1} %, negative log-likelihood {loss:F3}"));
                fields.AddRange([($"{name}_{where}", Math.Round(accuracy, 1)), ($"{name}_{where}_nll", Math.Round(loss, 3))]);
            }
        }

        ResultLine.Write("graphkv-nq", [.. fields]);
        return 0;
    }

    public void Dispose()
    {
        _cache.Dispose();
        _model.Dispose();
    }

    private (bool Right, double Nll) Ask(GraphKvPlan plan, GraphKvQuestion question, int place)
    {
        string[] texts = [.. question.Others.Reverse().Take(place), question.Gold, .. question.Others.Reverse().Skip(place)]; // the best last
        int[][] segments = [.. texts.Select(t => _prompt.SegmentIds(t, null))];
        var asked = _prompt.QuestionIds(question.Question + "?");
        var layout = plan.Lay(new(_engine.Model, _prompt.Prefix, segments));
        var answer = Normalized(Greedy(layout, asked));
        return (question.Answers.Any(a => answer.Contains(Normalized(a), StringComparison.Ordinal)), Loss(layout, asked, question.Answers[0]));
    }

    private static string Normalized(string text) => GraphKvQuestion.Normalized(text);

    private string Greedy(PlanLayout layout, int[] asked)
    {
        using var readout = _engine.Open(layout);
        var ids = new List<int>();
        for (var next = asked; ids.Count < AnswerTokens; next = [ids[^1]])
        {
            using var logits = readout.Append(next);
            if (CausalDecoder.Likeliest(logits, 0) is var id && _model.StopIds.Contains(id))
                break;
            ids.Add(id);
        }

        return _model.Tokenizer.Decode(ids);
    }

    private double Loss(PlanLayout layout, int[] asked, string answer)
    {
        using var readout = _engine.Open(layout);
        var (next, sum) = ((int[])[.. asked, .. _model.Tokenizer.Encode("The answer is").Ids], 0.0);
        var ids = _model.Tokenizer.Encode(" " + answer).Ids;
        foreach (var id in ids)
        {
            using var logits = readout.Append(next);
            sum -= LogProbability(logits, id);
            next = [id];
        }

        return sum / ids.Length;
    }

    private static double LogProbability(Tensor logits, int id)
    {
        var values = MemoryMarshal.Cast<byte, float>(logits.bytes);
        double most = float.NegativeInfinity, sum = 0;
        foreach (var value in values)
            most = Math.Max(most, value);
        foreach (var value in values)
            sum += Math.Exp(value - most);
        return values[id] - most - Math.Log(sum);
    }
}
