using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

/// <summary>Folders that sentence-transformers wrote, or wrote in older releases, against its own embeddings.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenFoldersTest
{
    public static IEnumerable<string> Known => Cases.Where(c => Family(c) is { } f && TextEncoders.Known.Contains(f));

    private static IEnumerable<string> Cases => Shared.Root is null ? []
        : Directory.EnumerateDirectories(Root).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    private static string Root => Path.Combine(Shared.Root!, "goldens", "sentence-transformers");

    [TestMethod, DynamicData(nameof(Known))]
    public void Embed_EqualsSentenceTransformers(string name)
    {
        var folder = Path.Combine(Root, name);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "texts.json")));
        string[] texts = [.. json.RootElement.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)];
        using var golden = new SafetensorsFile(Path.Combine(folder, "golden.safetensors"));
        using var checkpoint = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder));
        var normalized = checkpoint.Heads.Any(h => h is NormalizeHead);
        Compare(folder, golden, "default", null, texts, normalized);
        foreach (var prompt in checkpoint.Prompts.Keys.Where(p => golden.Entries.ContainsKey(p)))
            Compare(folder, golden, prompt, prompt, texts, normalized);
    }

    private static void Compare(string folder, SafetensorsFile golden, string run, string? prompt, string[] texts, bool normalized)
    {
        var settings = new EmbedderSettings
        {
            PromptName = prompt, Extension = ContextExtension.None, LogLengthScaling = false, BeyondLimit = BeyondLimit.Truncate,
            Normalize = normalized, Precision = Precision.Float32,
        };
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.FromFolder(folder), settings, ComputeDevice.Cpu);
        var embeddings = embedder.Embed(texts);
        using var tensor = golden.Read(run);
        var width = (int)tensor.shape[1];
        var expected = tensor.data<float>().ToArray();
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.HasCount(width, embeddings[i].Vector);
            // The library cuts after normalising, the embedder before: the direction is the same.
            var length = normalized ? Math.Sqrt(expected.Skip(i * width).Take(width).Sum(v => (double)v * v)) : 1;
            for (var d = 0; d < width; d++)
                Assert.AreEqual(expected[(i * width) + d] / length, embeddings[i].Vector[d], 1e-5, $"{run}, text {i} '{texts[i]}', dimension {d}");
        }
    }

    private static string? Family(string name)
    {
        var config = ((string[])["0_Transformer/config.json", "config.json"]).Select(c => Path.Combine(Root, name, c)).FirstOrDefault(File.Exists);
        using var json = config is null ? null : JsonDocument.Parse(File.ReadAllText(config));
        return json?.RootElement.TryGetProperty("model_type", out var type) == true ? type.GetString() : null;
    }
}
