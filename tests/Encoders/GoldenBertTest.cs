using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Encoders;

/// <summary>BERT folders against transformers' own hidden states.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenBertTest
{
    public static IEnumerable<string> Folders => Shared.Root is null ? [] :
        Directory.EnumerateDirectories(Models("bert")).Concat(Directory.EnumerateDirectories(Models("layouts"), "bert-*"))
            .Select(p => Path.GetRelativePath(Models(""), p)).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Folders))]
    public void Encode_EqualsTransformers(string name)
    {
        var folder = Models(name);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        using var golden = new SafetensorsFile(Path.Combine(folder, "golden.safetensors"));
        using var weights = WeightFiles.Open(folder);
        using var encoder = TextEncoders.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, name);
        foreach (var run in golden.Entries.Keys.Where(k => k.EndsWith("input_ids", StringComparison.Ordinal)).Select(k => k[..^9]))
            Compare(encoder, golden, run);
    }

    private static void Compare(TextEncoder encoder, SafetensorsFile golden, string run)
    {
        long[] Longs(string name)
        {
            using var tensor = golden.Read(run + name);
            return tensor.data<long>().ToArray();
        }

        using var states = golden.Read(run + "last_hidden_state");
        var expected = states.data<float>().ToArray();
        var (rows, longest, width) = ((int)states.shape[0], (int)states.shape[1], (int)states.shape[2]);
        var (ids, mask) = (Longs("input_ids"), Longs("attention_mask"));
        var types = golden.Entries.ContainsKey(run + "token_type_ids") ? Longs("token_type_ids") : new long[ids.Length];
        var kept = Enumerable.Range(0, ids.Length).Where(i => mask[i] == 1).ToArray();
        var lengths = Enumerable.Range(0, rows).Select(r => kept.Count(i => i / longest == r)).ToArray();
        var batch = new PackedTokens([.. kept.Select(i => (int)ids[i])], lengths) { TokenTypes = [.. kept.Select(i => (int)types[i])] };
        using var actual = encoder.Encode(batch, EncoderOutput.AllTokens);
        var values = actual.data<float>().ToArray();
        for (var t = 0; t < kept.Length; t++)
        {
            for (var d = 0; d < width; d++)
                Assert.AreEqual(expected[(kept[t] * width) + d], values[(t * width) + d], 2e-5, $"{run} token {t}, dimension {d}");
        }
    }

    private static string Models(string name) => Path.Combine(Shared.Root!, "goldens", "models", name);
}
