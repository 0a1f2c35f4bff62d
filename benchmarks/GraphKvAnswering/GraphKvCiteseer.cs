using System.Globalization;
using ML.Extensions.GraphKv;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// CiteSeer's papers by field, from ego graphs: cited papers and the paper itself, last. The model says what the last paper is about;
/// the field whose word it is likeliest to say wins; "calibrated" first takes off each field's mean over all papers, which needs no label: what the model prefers whatever it reads. Edges from the cited papers to the paper against none, and
/// against papers that it does not cite.
/// </summary>
internal static class GraphKvCiteseer
{
    /// <summary>Papers that are measured, unless told otherwise; graphkv-tune keeps these apart. Cited papers of each, and tokens of a text.</summary>
    public const int Papers = 100, References = 3, Tokens = 100;

    /// <summary>What is asked.</summary>
    public const string Question = "What is the last paper about?";

    /// <summary>How the answer begins; a field's word follows.</summary>
    public const string Lead = "The last paper is about";

    private static readonly (string Label, string Word)[] Fields =
    [
        ("Agents", "agents"), ("AI", "reasoning"), ("DB", "databases"), ("HCI", "users"), ("IR", "documents"), ("ML", "learning"),
    ];

    private static readonly (string Name, GraphKvPlan Plan, bool Cited, bool Others)[] Ways =
    [
        ("alone", GraphKvPlan.ParallelWindows, false, false), ("sequential", GraphKvPlan.Sequential, true, false), ("block", GraphKvPlan.BlockAttention, true, false),
        ("pcw", GraphKvPlan.ParallelWindows, true, false), ("star", GraphKvPlan.Graph(SegmentGraph.Star), true, false),
        ("star-others", GraphKvPlan.Graph(SegmentGraph.Star), false, true),
        ("pine", GraphKvPlan.Pine, true, false),
    ];

    /// <summary>Texts around the papers.</summary>
    public static GraphKvPrompt Prompt { get; } = GraphKvPrompt.Chat with { Before = "Here are papers, each with its title and abstract.\n", Segment = "{0}\n", Question = "{0}" };

    /// <summary>The word of a field.</summary>
    public static string Word(string label) => Array.Find(Fields, f => f.Label == label).Word;

    /// <summary>Papers of an ego graph, the paper itself last.</summary>
    public static string[] Texts(string[] before, string paper) => [.. before, before.Length == 0 ? paper : "The papers above are cited by this one: " + paper];

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "papers", "references", "tokens", "ways", "model", "adapter", "csv", "data");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var file = arguments.Text("model", Path.Combine(data, "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var (references, tokens) = (arguments.Number("references", References), arguments.Number("tokens", Tokens));
        var papers = CitedPaper.Load(data, arguments.Number("papers", Papers), references);
        var ways = arguments.Texts("ways", string.Join(',', Ways.Select(w => w.Name))).Select(n => Array.Find(Ways, w => w.Name == n) is { Plan: not null } way
            ? way : throw new ArgumentException($"No way is named '{n}'. There are: {string.Join(", ", Ways.Select(w => w.Name))}.")).ToArray();
        var adapter = arguments.Optional("adapter");
        using var csv = new AnswerCsv(arguments.Optional("csv"), "model,adapter,way,references,tokens,paper,label", string.Join(',', Fields.Select(f => f.Label)));
        using var scorer = new AnswerScorer(file, adapter, Prompt);
        var asked = scorer.Question(Question);
        int[] ids = [.. Fields.Select(f => scorer.Model.Tokenizer.Encode(" " + f.Word).Ids[0])];
        if (ids.Distinct().Count() < ids.Length)
            throw new ArgumentException($"{file}: two fields begin with the same token; they cannot be told apart by it.");
        var found = ways.ToDictionary(w => w.Name, _ => new List<double[]>());
        foreach (var paper in papers)
        {
            foreach (var way in ways)
            {
                string[] key = [Path.GetFileName(file), adapter ?? "none", way.Name, $"{references}", $"{tokens}", paper.Id, paper.Label];
                found[way.Name].Add(csv.Row(key, () => scorer.Next(Lay(scorer, way, paper, tokens), asked, Lead, ids)));
            }
        }

        Report(papers, found);
        return 0;
    }

    private static PlanLayout Lay(AnswerScorer scorer, (string, GraphKvPlan Plan, bool Cited, bool Others) way, CitedPaper paper, int tokens) =>
        scorer.Lay(way.Plan, Texts(way.Cited ? paper.Cited : way.Others ? paper.Uncited : [], paper.Text), tokens);

    private static void Report(IReadOnlyList<CitedPaper> papers, Dictionary<string, List<double[]>> found)
    {
        var fields = new List<(string, object)> { ("papers", papers.Count) };
        double[] Right(List<double[]> rows, bool calibrated)
        {
            double[][] scores = [.. rows.Select(r => r.Select(s => s - Math.Log(r.Sum(Math.Exp))).ToArray())]; // among the fields
            double[] prior = [.. Fields.Select((_, i) => calibrated ? scores.Average(s => s[i]) : 0)];
            return [.. scores.Zip(papers, (s, p) => Fields[Enumerable.Range(0, s.Length).MaxBy(i => s[i] - prior[i])].Label == p.Label ? 100.0 : 0)];
        }

        foreach (var (name, rows) in found)
        {
            var loss = AnswerCsv.Mean([.. rows.Zip(papers, (r, p) => Math.Log(r.Sum(Math.Exp)) - r[Array.FindIndex(Fields, f => f.Label == p.Label)])]);
            var (plain, calibrated) = (AnswerCsv.Mean(Right(rows, false)), AnswerCsv.Mean(Right(rows, true)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-12} accuracy {plain.Mean,5:F1} ± {plain.Error:F1} %, calibrated {calibrated.Mean,5:F1} ± {calibrated.Error:F1} %, negative log-likelihood among the fields {loss.Mean:F3} ± {loss.Error:F3}"));
            fields.AddRange([(name, Math.Round(plain.Mean, 1)), ($"{name}_calibrated", Math.Round(calibrated.Mean, 1)), ($"{name}_nll", Math.Round(loss.Mean, 3))]);
        }

        if (found.TryGetValue("star", out var star) && found.TryGetValue("pcw", out var none))
        {
            var difference = AnswerCsv.Mean([.. Right(star, true).Zip(Right(none, true), (a, b) => a - b)]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"edges against none, calibrated, paired: {difference.Mean:F1} ± {difference.Error:F1} points"));
            fields.AddRange([("edges_gain", Math.Round(difference.Mean, 1)), ("edges_gain_error", Math.Round(difference.Error, 1))]);
        }

        ResultLine.Write("graphkv-citeseer", [.. fields]);
    }
}
