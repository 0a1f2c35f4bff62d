using System.IO.Compression;
using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

/// <summary>A real rotary model's vectors, of short texts and of long ones under each strategy, as a dense implementation in double has them.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class RotaryTwinTest
{
    private static readonly Dictionary<string, (ContextExtension Extension, bool Scaled)> Strategies = new()
    {
        ["plain"] = (ContextExtension.Plain, false),
        ["ntk"] = (ContextExtension.Ntk(), false),
        ["ntk+log"] = (ContextExtension.Ntk(), true),
        ["se"] = (ContextExtension.SelfExtend(), false),
        ["se+log"] = (ContextExtension.SelfExtend(), true),
        ["pi"] = (ContextExtension.PositionInterpolation(), false),
        ["gp"] = (ContextExtension.GroupedPositions(), false),
        ["pcw"] = (ContextExtension.ParallelWindows, false),
    };

    private static readonly Lazy<JsonDocument> Golden = new(() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "golden.json"))));

    public static IEnumerable<string> Names => Shared.Root is null ? [] : Strategies.Keys;

    private static string Folder => Path.Combine(Shared.Root!, "data", "models", "arctic-xs-rope");

    [TestMethod, DynamicData(nameof(Names))]
    public void LongTexts_HaveTheGoldenVectors(string name)
    {
        var (extension, scaled) = Strategies[name];
        using var embedder = Open(extension, scaled, BeyondLimit.Error);
        var words = Words();
        var worst = 0.0;
        foreach (var text in Golden.Value.RootElement.GetProperty("long").EnumerateArray().Take(name == "se" ? 2 : 1))
        {
            var found = embedder.Embed([string.Join(' ', words.Skip(text.GetProperty("first_word").GetInt32()).Take(text.GetProperty("words").GetInt32()))])[0];
            Assert.AreEqual(text.GetProperty("n").GetInt32(), found.TokenCount);
            Assert.AreEqual(name, found.ExtensionUsed);
            worst = Math.Max(worst, Difference(text.GetProperty("vectors").GetProperty(name).GetProperty("embedding"), found.Vector));
        }

        Console.WriteLine($"{name}: {worst:E2}");
        Assert.IsLessThanOrEqualTo(1e-4, worst);
    }

    [TestMethod]
    public void ShortTexts_HaveTheGoldenVectorsUnderEveryStrategy()
    {
        if (Shared.Root is null)
            Assert.Inconclusive("../shared is not here.");
        var golden = Golden.Value.RootElement.GetProperty("texts").EnumerateArray().ToArray();
        var texts = golden.Select(t => t.GetProperty("text").GetString()!).ToArray();
        float[][]? first = null;
        foreach (var extension in new[] { ContextExtension.None, ContextExtension.SelfExtend(), ContextExtension.Ntk(), ContextExtension.Yarn() })
        {
            using var embedder = Open(extension, true, BeyondLimit.Truncate, 512);
            var found = embedder.Embed(texts).Select(e => e.Vector).ToArray();
            first ??= found;
            for (var i = 0; i < texts.Length; i++)
            {
                Assert.IsLessThanOrEqualTo(1e-4, Difference(golden[i].GetProperty("embedding"), found[i]), texts[i]);
                CollectionAssert.AreEqual(first[i], found[i], "within the window every strategy is the model itself, to the bit");
            }
        }
    }

    private static LongTextEmbedder Open(ContextExtension extension, bool scaled, BeyondLimit beyond, int most = 4_096) => LongTextEmbedder.Open(
        EmbeddingModel.FromFolder(Folder),
        new() { Extension = extension, LogLengthScaling = scaled, BeyondLimit = beyond, MaxTokens = most, Precision = Precision.Float32 },
        ComputeDevice.Cpu);

    private static double Difference(JsonElement expected, float[] found) =>
        expected.EnumerateArray().Select((v, i) => Math.Abs(v.GetDouble() - found[i])).Max();

    private static string[] Words()
    {
        using var zip = new GZipStream(File.OpenRead(Path.Combine(Shared.Root!, "data", "retrieval", "haystack_paul_graham.jsonl.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(zip);
        var words = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            using var essay = JsonDocument.Parse(line);
            words.AddRange(essay.RootElement.GetProperty("text").GetString()!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. words];
    }
}
