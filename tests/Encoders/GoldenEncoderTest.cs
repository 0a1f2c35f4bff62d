using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Encoders;

/// <summary>Folders of every encoder family against transformers' own hidden states, with the configs of both generations.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenEncoderTest
{
    private static readonly string[] Families =
    [
        "bert", "roberta", "xlm-roberta", "distilbert", "electra", "albert", "mpnet", "nomic-bert", "modernbert", "eurobert", "jina-v3", "gte", "t5-encoder",
    ];

    private static readonly string[] Layouts = ["bert-*", "roberta-*", "modernbert-*", "gte-*", "t5-*"];

    public static IEnumerable<string> Configs => Shared.Root is null ? [] :
        Families.SelectMany(f => Directory.EnumerateDirectories(Models(f)))
            .Concat(Layouts.SelectMany(l => Directory.EnumerateDirectories(Models("layouts"), l)))
            .SelectMany(f => Directory.EnumerateFiles(f, "config*.json"))
            .Select(p => Path.GetRelativePath(Models(""), p)).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Configs))]
    public void Encode_EqualsTransformers(string name)
    {
        var folder = Path.GetDirectoryName(Models(name))!;
        using var config = JsonDocument.Parse(File.ReadAllText(Models(name)));
        using var golden = new SafetensorsFile(Path.Combine(folder, "golden.safetensors"));
        using var weights = WeightFiles.Open(folder);
        using var encoder = TextEncoders.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, name);
        if (Array.IndexOf(Families, name.Split('/', '\\')[0]) is >= 0 and var place)
            Assert.AreEqual(place < 6, encoder is BertEncoder, "the first six take BERT's fast path");
        if (!name.StartsWith("layouts", StringComparison.Ordinal))
            Assert.AreEqual(weights.Entries.Values.Where(e => !e.Name.Contains("pooler", StringComparison.Ordinal)).Sum(e => e.Shape.Aggregate(1L, (a, b) => a * b)), encoder.ParameterCount);
        var padding = config.RootElement.TryGetProperty("pad_token_id", out var p) ? p.GetInt32() : 0;
        foreach (var run in golden.Entries.Keys.Where(k => k.EndsWith("input_ids", StringComparison.Ordinal)).Select(k => k[..^9]))
        {
            var rows = GoldenRows.Read(golden, run);
            if (encoder.Config.Family == "mpnet")
                rows = rows.WithoutGaps(); // its distances count padding in the middle, which packed texts don't have
            var (batch, expected) = rows.Kept(positions: null);
            if (run != "maskonly_") // where masked words take positions, too
                Compare(encoder, batch, expected, name + " " + run);
            if (golden.Entries.ContainsKey(run + "position_ids"))
                Compare(encoder, rows.Kept(padding + 1).Batch, expected, name + " " + run + " with positions");
        }
    }

    [TestMethod, DynamicData(nameof(Configs))]
    public void Encode_InOtherPrecisionsStaysClose(string name)
    {
        var folder = Path.GetDirectoryName(Models(name))!;
        using var config = JsonDocument.Parse(File.ReadAllText(Models(name)));
        using var golden = new SafetensorsFile(Path.Combine(folder, "golden.safetensors"));
        using var weights = WeightFiles.Open(folder);
        var (batch, expected) = GoldenRows.Read(golden, "").Kept(positions: null);
        foreach (var precision in (Precision[])[Precision.BFloat16, Precision.Int8])
        {
            using var encoder = TextEncoders.Create(config.RootElement, weights, precision, ComputeDevice.Cpu, name);
            Assert.AreEqual(precision, encoder.Precision);
            using var states = encoder.Encode(batch, EncoderOutput.AllTokens);
            var values = states.data<float>().ToArray();
            double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
            var cosine = Dot(values, expected) / Math.Sqrt(Dot(values, values) * Dot(expected, expected));
            Console.WriteLine($"{name} {precision}: cosine {cosine:F6}");
            Assert.IsGreaterThan(0.99, cosine, $"{precision}");
        }
    }

    [TestMethod]
    [DoNotParallelize]
    public void Dispose_LeavesNoTensors()
    {
        Assert.IsNotNull(Shared.Root);
        void Use(string name)
        {
            var folder = Path.GetDirectoryName(Models(name))!;
            using var config = JsonDocument.Parse(File.ReadAllText(Models(name)));
            using var weights = WeightFiles.Open(folder);
            using var encoder = TextEncoders.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, name);
            encoder.Encode(new([5, 6, 7, 8, 9, 10], [4, 2]), EncoderOutput.AllTokens).Dispose();
            encoder.Encode(new([5, 6, 7, 8, 9, 10], [4, 2]) { Positions = [0, 1, 2, 3, 0, 1.5f] }, EncoderOutput.FirstToken).Dispose();
        }

        foreach (var name in Configs)
        {
            Use(name);
            GC.Collect(); // what other tests have left is gone before, not meanwhile
            GC.WaitForPendingFinalizers();
            var before = TorchSharp.torch.Tensor.TotalCount;
            Use(name);
            Assert.AreEqual(before, TorchSharp.torch.Tensor.TotalCount, name);
        }
    }

    private static void Compare(TextEncoder encoder, PackedTokens batch, float[] expected, string what)
    {
        using var actual = encoder.Encode(batch, EncoderOutput.AllTokens);
        var values = actual.data<float>().ToArray();
        Assert.HasCount(expected.Length, values);
        var worst = 0f;
        for (var i = 0; i < values.Length; i++)
            worst = Math.Max(worst, float.IsNaN(values[i]) ? float.PositiveInfinity : Math.Abs(expected[i] - values[i]));
        Console.WriteLine($"{what}: largest difference {worst:E2}");
        Assert.IsLessThanOrEqualTo(2e-5f, worst, what);
        using var first = encoder.Encode(batch, EncoderOutput.FirstToken);
        var firsts = first.data<float>().ToArray();
        var width = encoder.Config.Width;
        for (int i = 0, row = 0; i < batch.Lengths.Length; row += batch.Lengths[i++])
            for (var d = 0; d < width; d++)
                Assert.AreEqual(expected[(row * width) + d], firsts[(i * width) + d], 2e-5f, $"{what}, first token of row {i}");
    }

    private static string Models(string name) => Path.Combine(Shared.Root!, "goldens", "models", name);
}
