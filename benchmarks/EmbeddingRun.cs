using System.Diagnostics;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>Embeds many texts with progress on the error stream.</summary>
internal static class EmbeddingRun
{
    /// <summary>The packaged model of a short name; anything else is a folder.</summary>
    public static EmbeddingModel Model(string name) => name switch
    {
        "arctic" => EmbeddingModel.ArcticXs,
        "default-long" => EmbeddingModel.DefaultLong,
        "default-rope" => EmbeddingModel.DefaultRope,
        "minilm" => EmbeddingModel.MiniLM,
        _ => Directory.Exists(name)
            ? EmbeddingModel.FromFolder(name)
            : throw new ArgumentException($"No model is named '{name}', and no folder. There are: arctic, default-long, default-rope, minilm, or a folder."),
    };

    /// <summary>A model by its name, with the precision of its products behind an @: arctic@int8. Without one, Auto chooses.</summary>
    public static (EmbeddingModel Model, Precision Precision) Parse(string name)
    {
        var at = name.LastIndexOf('@');
        return at > 0 && Enum.TryParse<Precision>(name[(at + 1)..], ignoreCase: true, out var precision)
            ? (Model(name[..at]), precision) : (Model(name), Precision.Auto);
    }

    /// <summary>A model's own window in tokens.</summary>
    public static int Window(string model)
    {
        using var embedder = LongTextEmbedder.Open(Parse(model).Model, new() { Precision = Precision.Float32 }, ComputeDevice.Cpu);
        return embedder.Window;
    }

    /// <summary>Vectors of documents under a strategy.</summary>
    public static float[][] Documents(string model, EmbeddingStrategy strategy, int tokens, IReadOnlyList<string> texts)
    {
        var (opened, precision) = Parse(model);
        using var embedder = LongTextEmbedder.Open(opened, strategy.Settings(tokens) with { Precision = precision }, ComputeDevice.Cpu, Console.Error.WriteLine);
        return Embed(embedder, texts, strategy.Name);
    }

    /// <summary>Vectors of queries, with the model's own "query" prompt where it has one.</summary>
    public static float[][] Queries(string model, IReadOnlyList<string> texts)
    {
        var (opened, precision) = Parse(model);
        var settings = new EmbedderSettings
        {
            Precision = precision,
            Extension = ContextExtension.None,
            LogLengthScaling = false,
            BeyondLimit = BeyondLimit.Truncate,
        };
        var embedder = LongTextEmbedder.Open(opened, settings, ComputeDevice.Cpu);
        try
        {
            if (embedder.Prompts.ContainsKey("query"))
            {
                embedder.Dispose();
                embedder = LongTextEmbedder.Open(opened, settings with { PromptName = "query" }, ComputeDevice.Cpu);
            }

            return Embed(embedder, texts, "queries");
        }
        finally
        {
            embedder.Dispose();
        }
    }

    private static float[][] Embed(LongTextEmbedder embedder, IReadOnlyList<string> texts, string name)
    {
        var watch = Stopwatch.StartNew();
        var said = TimeSpan.Zero;
        var vectors = new List<float[]>(texts.Count);
        foreach (var chunk in texts.Chunk(32))
        {
            vectors.AddRange(embedder.Embed(chunk).Select(e => e.Vector));
            if (watch.Elapsed - said < TimeSpan.FromSeconds(20))
                continue;
            said = watch.Elapsed;
            Console.Error.WriteLine($"{name}: {vectors.Count} of {texts.Count}, {said.TotalSeconds:F0} s");
        }

        return [.. vectors];
    }
}
