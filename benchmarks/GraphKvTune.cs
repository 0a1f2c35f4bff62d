using System.Diagnostics;
using System.Globalization;
using ML.Extensions.GraphKv;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Tunes a decoder by LoRA on SQuAD and MuSiQue, each example under each of the plans, and writes an adapter that graphkv-nq reads; or on
/// CiteSeer's ego graphs without those that graphkv-citeseer measures, under ParallelWindows, a star and Sequential. A run that was ended goes
/// on where it was; one of another adapter begins with its weights. The answers' loss on examples that were held out, before and after.
/// </summary>
internal static class GraphKvTune
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "set", "model", "data", "output", "steps", "rows", "passages", "negatives", "plans", "adapter", "rank", "rate", "seed", "threads", "precision", "minutes");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var file = arguments.Text("model", Path.Combine(data, "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var output = arguments.Text("output", Path.Combine(Repository.Root, "graphkv-adapter"));
        var (steps, seed, rank) = (arguments.Number("steps", 80), arguments.Number("seed", 1), arguments.Number("rank", 8));
        if (arguments.Text("set", "passages") == "citeseer" && Array.Find(["passages", "negatives", "plans"], o => arguments.Optional(o) is not null) is { } ignored)
            throw new ArgumentException($"Option '--{ignored}' is for --set passages; CiteSeer's parts, their graph and its plans are given.");
        var hard = arguments.Text("negatives", "random") switch
        {
            "random" => false,
            "bm25" => true,
            var other => throw new ArgumentException($"No negatives are named '{other}'. There are: random, bm25."),
        };
        var set = arguments.Text("set", "passages") switch
        {
            "passages" => new TuningSet(
                null, [.. arguments.Texts("plans", "sequential,block,pcw,top-1").Select(GraphKvNq.Plan)], 4, s => s.Squad(data, seed, hard).Concat(s.MuSiQue(data, seed))),
            "citeseer" => new(
                GraphKvCiteseer.Prompt, [("pcw", GraphKvPlan.ParallelWindows), ("graph-star", GraphKvPlan.Graph(SegmentGraph.Star)), ("sequential", GraphKvPlan.Sequential)], 24,
                s => s.Citeseer(CitedPaper.Others(data, GraphKvCiteseer.Papers, GraphKvCiteseer.References, seed), GraphKvCiteseer.Tokens)),
            var other => throw new ArgumentException($"No set is named '{other}'. There are: passages, citeseer."),
        };
        NativeTorch.EnsureLoaded();
        set_num_threads(arguments.Number("threads", 2));
        using var model = AnswerModel.Open(file, new()
        {
            Precision = Enum.Parse<Precision>(arguments.Text("precision", "Auto"), ignoreCase: true),
            Lora = new() { Rank = rank, Alpha = 2 * rank, Seed = seed },
            Adapter = arguments.Optional("adapter"),
        });
        var decoder = model.Decoder;
        var prompt = new PromptTokens(model.Files, set.Prompt);
        AnswerExample[] examples = [.. set.Examples(new(prompt, model.EndId, arguments.Number("passages", 4)))];
        ModelIdentity identity = new(decoder.Spec, decoder.Precision, CPU, "tuning");
        var stream = new AnswerStream(identity, prompt.Prefix, [.. examples.Skip(set.HeldBack)], [.. set.Plans.Select(p => p.Plan)], arguments.Number("rows", 4), seed);
        var measure = new AnswerStep(decoder, 2_048);
        var held = set.Plans.Select(p => examples.Take(set.HeldBack).Select(e => e.Pack(identity, prompt.Prefix, p.Plan)).ToArray()).ToArray();
        double[] Losses() => [.. held.Select(h => measure.Measure(h).SelectMany(s => s).Average(s => s.Loss))];
        var before = Losses();
        Log("before", set, before);
        var (start, tokens) = (Stopwatch.GetTimestamp(), 0L);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(arguments.Number("minutes", 600)));
        var run = new AnswerTrainingRun(decoder, stream.Batch, new()
        {
            Steps = steps,
            LearningRate = new(double.Parse(arguments.Text("rate", "1e-3"), CultureInfo.InvariantCulture), steps / 10),
            TokensPerPass = 2_048,
            CheckpointFolder = Path.Combine(output, "checkpoints"),
            CheckpointEvery = 10,
            Progress = p =>
            {
                tokens = p.Tokens;
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {p.Step} of {p.Steps}: loss {p.Loss:F3}, {p.TokensPerSecond:F0} tokens a second, {p.Tokens:N0} so far"));
            },
        });
        try
        {
            run.Run(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"The time is over at step {run.Step} of {steps}; the next run goes on there.");
        }

        var after = Losses();
        Log("after", set, after);
        model.Save(output);
        var fields = new List<(string, object)> { ("steps", run.Step), ("of", steps), ("tokens", tokens), ("seconds", Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds)), ("precision", decoder.Precision), ("rank", rank) };
        foreach (var (n, (plan, _)) in set.Plans.Index())
            fields.AddRange([($"{plan}_before", Math.Round(before[n], 3)), ($"{plan}_after", Math.Round(after[n], 3))]);
        ResultLine.Write("graphkv-tune", [.. fields]);
        return 0;
    }

    private static void Log(string when, TuningSet set, double[] losses) =>
        Console.Error.WriteLine($"{when}: {string.Join(", ", set.Plans.Zip(losses, (p, l) => string.Create(CultureInfo.InvariantCulture, $"{p.Name} {l:F3}")))}");
}
