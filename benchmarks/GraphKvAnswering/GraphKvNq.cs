using System.Globalization;
using ML.Extensions.GraphKv;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Natural Questions over one gold passage among others, at each place, under every plan: whether a gold answer stands in the
/// greedy answer, and the mean negative log-likelihood of the first gold answer's tokens behind "The answer is". Where segments share
/// a range the place can change nothing, except by who is a source.
/// </summary>
internal static class GraphKvNq
{
    private const int AnswerTokens = 20;

    private static readonly (string Name, GraphKvPlan Plan)[] Plans =
    [
        ("sequential", GraphKvPlan.Sequential), ("block", GraphKvPlan.BlockAttention), ("block-seen", GraphKvPlan.BlockAttention with { SegmentsSeePrefix = true }),
        ("pcw", GraphKvPlan.ParallelWindows), ("pcw-seen", GraphKvPlan.ParallelWindows with { SegmentsSeePrefix = true }), ("ape", GraphKvPlan.AdaptiveParallel()),
        ("top-1", GraphKvPlan.TopSources(1)), ("top-1-seen", GraphKvPlan.TopSources(1) with { SegmentsSeePrefix = true }), ("top-3", GraphKvPlan.TopSources(3)),
        ("full", GraphKvPlan.Graph(SegmentGraph.Full)), ("synchronous", GraphKvPlan.Synchronous(SegmentGraph.Full)), ("released", GraphKvPlan.Released(1)),
        ("cacheblend", GraphKvPlan.CacheBlend()), ("pine", GraphKvPlan.Pine),
    ];

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "questions", "passages", "plans", "places", "model", "adapter", "csv", "data");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var file = arguments.Text("model", Path.Combine(data, "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var passages = arguments.Number("passages", 6);
        var questions = GraphKvQuestion.Load(data, arguments.Number("questions", 20), passages - 1);
        var plans = arguments.Texts("plans", string.Join(',', Plans.Select(p => p.Name))).Select(Plan).ToArray();
        var places = arguments.Texts("places", "first,middle,last").Select(p => (Name: p, At: Place(p, passages))).ToArray();
        using var csv = new AnswerCsv(arguments.Optional("csv"), "model,adapter,plan,place,passages,question", "right,nll");
        var adapter = arguments.Optional("adapter");
        using var scorer = new AnswerScorer(file, adapter);
        var found = plans.SelectMany(p => places.Select(at => (p.Name, at.Name))).ToDictionary(k => k, _ => new List<double[]>());
        foreach (var (number, question) in questions.Index()) // innermost the places: their segments are the same
        {
            foreach (var (name, plan) in plans)
            {
                var known = new Dictionary<string, double[]>(StringComparer.Ordinal); // places that lay out alike answer alike, to the bit
                foreach (var (where, at) in places)
                {
                    string[] key = [Path.GetFileName(file), adapter ?? "none", name, where, passages.ToString(CultureInfo.InvariantCulture), question.Question];
                    found[(name, where)].Add(csv.Row(key, () => Ask(scorer, plan, question, at, known)));
                }
            }

            Console.Error.WriteLine($"question {number + 1} of {questions.Count}");
        }

        var fields = new List<(string, object)>();
        foreach (var ((name, where), rows) in found)
        {
            var (accuracy, loss) = (AnswerCsv.Mean([.. rows.Select(r => 100 * r[0])]), AnswerCsv.Mean([.. rows.Select(r => r[1])]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-12} gold {where,-7} accuracy {accuracy.Mean,5:F1} ± {accuracy.Error:F1} %, negative log-likelihood {loss.Mean:F3} ± {loss.Error:F3}"));
            fields.AddRange([($"{name}_{where}", Math.Round(accuracy.Mean, 1)), ($"{name}_{where}_nll", Math.Round(loss.Mean, 3))]);
        }

        ResultLine.Write("graphkv-nq", [.. fields]);
        return 0;
    }

    /// <summary>A plan by the name that benchmarks use.</summary>
    public static (string Name, GraphKvPlan Plan) Plan(string name) => Array.Find(Plans, p => p.Name == name) is { Plan: not null } found
        ? found : throw new ArgumentException($"No plan is named '{name}'. There are: {string.Join(", ", Plans.Select(p => p.Name))}.");

    private static int Place(string name, int passages) => name switch
    {
        "first" => 0,
        "middle" => passages / 2,
        "last" => passages - 1,
        _ => throw new ArgumentException($"No place is named '{name}'. There are: first, middle, last."),
    };

    private static double[] Ask(AnswerScorer scorer, GraphKvPlan plan, GraphKvQuestion question, int place, Dictionary<string, double[]> known)
    {
        string[] texts = [.. question.Others.Reverse().Take(place), question.Gold, .. question.Others.Reverse().Skip(place)]; // the best last
        var (layout, asked) = (scorer.Lay(plan, texts), scorer.Question(question.Question + "?"));
        var form = string.Join(' ', Entry.Canonical(layout.Links).Select(l => $"{l.Source.Key} {l.Offset}"));
        if (layout.Reordered is null && known.TryGetValue(form, out var found))
            return found;
        var answer = GraphKvQuestion.Normalized(scorer.Greedy(layout, asked, AnswerTokens));
        var right = question.Answers.Any(a => answer.Contains(GraphKvQuestion.Normalized(a), StringComparison.Ordinal));
        return known[form] = [right ? 1 : 0, scorer.Loss(layout, asked, "The answer is", " " + question.Answers[0])];
    }
}
