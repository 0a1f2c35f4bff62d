using System.Diagnostics;
using System.Globalization;
using ML.Extensions.GraphKv;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Tunes a decoder by LoRA on SQuAD and MuSiQue, each example under Sequential, BlockAttention, ParallelWindows and TopSources(1), and writes an
/// adapter that graphkv-nq reads; or on CiteSeer's ego graphs without those that graphkv-citeseer measures, under ParallelWindows, a star and
/// Sequential. A run that was ended goes on where it was. The answers' loss on examples that were held out, before and after.
/// </summary>
internal static class GraphKvTune
{
    private static readonly GraphKvPlan[]
        OverPassages = [GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, GraphKvPlan.ParallelWindows, GraphKvPlan.TopSources(1)],
        OverCitations = [GraphKvPlan.ParallelWindows, GraphKvPlan.Graph(SegmentGraph.Star), GraphKvPlan.Sequential];

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "set", "model", "data", "output", "steps", "rows", "passages", "rank", "rate", "seed", "threads", "precision", "minutes");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var file = arguments.Text("model", Path.Combine(data, "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var output = arguments.Text("output", Path.Combine(Repository.Root, "graphkv-adapter"));
        var (steps, seed, rank) = (arguments.Number("steps", 80), arguments.Number("seed", 1), arguments.Number("rank", 8));
        var citations = arguments.Text("set", "passages") switch
        {
            "passages" => false,
            "citeseer" => true,
            var other => throw new ArgumentException($"No set is named '{other}'. There are: passages, citeseer."),
        };
        var (plans, heldBack) = citations ? (OverCitations, 24) : (OverPassages, 4);
        NativeTorch.EnsureLoaded();
        set_num_threads(arguments.Number("threads", 2));
        using var model = AnswerModel.Open(file, new()
        {
            Precision = Enum.Parse<Precision>(arguments.Text("precision", "Auto"), ignoreCase: true), Lora = new() { Rank = rank, Alpha = 2 * rank, Seed = seed },
        });
        var decoder = model.Decoder;
        var prompt = new PromptTokens(model.Files, citations ? GraphKvCiteseer.Prompt : null);
        var source = new TuningExamples(prompt, model.EndId, arguments.Number("passages", 4));
        AnswerExample[] first = [.. citations ? source.Citeseer(CitedPaper.Others(data, GraphKvCiteseer.Papers, GraphKvCiteseer.References, seed), GraphKvCiteseer.Tokens) : source.Squad(data, seed)];
        AnswerExample[] examples = [.. first.Skip(heldBack), .. citations ? [] : source.MuSiQue(data, seed)];
        ModelIdentity identity = new(decoder.Spec, decoder.Precision, CPU, "tuning");
        var stream = new AnswerStream(identity, prompt.Prefix, examples, plans, arguments.Number("rows", 4), seed);
        var measure = new AnswerStep(decoder, 2_048);
        var held = plans.Select(p => first.Take(heldBack).Select(e => e.Pack(identity, prompt.Prefix, p)).ToArray()).ToArray();
        double[] Losses() => [.. held.Select(h => measure.Measure(h).SelectMany(s => s).Average(s => s.Loss))];
        var before = Losses();
        Log("before", plans, before);
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
        Log("after", plans, after);
        model.Save(output);
        var fields = new List<(string, object)> { ("steps", run.Step), ("of", steps), ("tokens", tokens), ("seconds", Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds)), ("precision", decoder.Precision), ("rank", rank) };
        foreach (var (plan, n) in plans.Select((p, n) => (p.Name, n)))
            fields.AddRange([($"{plan}_before", Math.Round(before[n], 3)), ($"{plan}_after", Math.Round(after[n], 3))]);
        ResultLine.Write("graphkv-tune", [.. fields]);
        return 0;
    }

    private static void Log(string when, GraphKvPlan[] plans, double[] losses) =>
        Console.Error.WriteLine($"{when}: {string.Join(", ", plans.Zip(losses, (p, l) => string.Create(CultureInfo.InvariantCulture, $"{p.Name} {l:F3}")))}");
}
