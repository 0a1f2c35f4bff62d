using System.Globalization;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.LongText;
using TorchSharp;

namespace ML.Extensions.Benchmarks;

/// <summary>A sentence-transformers folder: every run of its golden file through our own code.</summary>
internal static class GoldenFolder
{
    private const double Tolerance = 1e-5;

    /// <summary>Compares every run.</summary>
    /// <exception cref="InvalidDataException">A run differs.</exception>
    public static void Compare(string folder, GoldenCheck check)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "..", "texts.json")));
        using var told = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")));
        string[] texts = [.. json.RootElement.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)];
        using var golden = new SafetensorsFile(Path.Combine(folder, "golden.safetensors"));
        var similarity = told.RootElement.GetProperty("similarity_fn_name").GetString() ?? "cosine";
        using (var checkpoint = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder)))
        {
            check.Same("similarity function", [Function(similarity)], [checkpoint.Similarity]);
            var prompts = told.RootElement.GetProperty("prompts").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
            foreach (var (name, text) in prompts)
                check.Same($"prompt {name}", [text], [checkpoint.Prompts[name]]);
        }

        foreach (var run in golden.Entries.Keys.Where(k => k != "int8_ranges").Order(StringComparer.Ordinal))
        {
            if (run.StartsWith("similarity_", StringComparison.Ordinal))
                Similarities(golden, run, check);
            else if (golden.Entries[run].Type is ElementType.Int8 or ElementType.UInt8)
                Codes(golden, run, check);
            else
                Vectors(folder, golden, run, texts, check);
        }
    }

    private static void Vectors(string folder, SafetensorsFile golden, string run, string[] texts, GoldenCheck check)
    {
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.FromFolder(folder), Settings(run), ComputeDevice.Cpu);
        var vectors = embedder.Embed(texts);
        check.Near(run, Floats(golden, run), [.. vectors.SelectMany(v => v.Vector)], Tolerance);
    }

    /// <summary>The settings that say what a run's call says.</summary>
    private static EmbedderSettings Settings(string run)
    {
        var settings = new EmbedderSettings
        {
            Extension = ContextExtension.None, LogLengthScaling = false, BeyondLimit = BeyondLimit.Truncate,
            Normalize = run.EndsWith("normalized", StringComparison.Ordinal), Precision = Precision.Float32,
        };
        var parts = run.Split('_');
        return run switch
        {
            "default" or "normalized" => settings,
            "prompt_title" => settings with { Prompt = "title: " },
            _ when parts[0] == "truncated" => settings with { Dimensions = int.Parse(parts[1], CultureInfo.InvariantCulture) },
            _ => settings with { PromptName = run },
        };
    }

    private static void Codes(SafetensorsFile golden, string run, GoldenCheck check)
    {
        var width = (int)golden.Entries["default"].Shape[1];
        var rows = Floats(golden, "default").Chunk(width).ToArray();
        var given = Floats(golden, "int8_ranges");
        var ranges = run == "int8_self" ? EmbeddingRanges.Of(rows) : new(given[..width], given[width..]);
        using var tensor = golden.Read(run);
        using var wide = tensor.to(torch.ScalarType.Int32);
        check.Same(run, wide.data<int>().ToArray(), [.. rows.SelectMany(r => run switch
        {
            "uint8" => ranges.Bytes(r).Select(b => (int)b),
            "ubinary" => EmbeddingCodes.Binary(r).Select(b => (int)b),
            "binary" => EmbeddingCodes.Signed(EmbeddingCodes.Binary(r)).Select(b => (int)b),
            _ => EmbeddingCodes.Int8(r, ranges).Select(b => (int)b),
        })]);
    }

    private static void Similarities(SafetensorsFile golden, string run, GoldenCheck check)
    {
        var rows = Floats(golden, "default").Chunk((int)golden.Entries["default"].Shape[1]).ToArray();
        var function = Function(run["similarity_".Length..]);
        check.Near(run, Floats(golden, run), [.. from a in rows from b in rows select (float)function.Of(a, b)], Tolerance);
    }

    private static SimilarityFunction Function(string name) => Enum.Parse<SimilarityFunction>(name, ignoreCase: true);

    private static float[] Floats(SafetensorsFile golden, string name)
    {
        using var tensor = golden.Read(name);
        return tensor.data<float>().ToArray();
    }
}
