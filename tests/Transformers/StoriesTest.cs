using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Transformers;

/// <summary>stories260K, a trained Llama: greedy ids of llama2.c.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class StoriesTest
{
    [TestMethod]
    public void Greedy_EqualsLlama2C()
    {
        if (Shared.Root is null)
            return;
        var models = Path.Combine(Shared.Root, "data", "models");
        var folder = Path.Combine(models, "stories260K-hf");
        using var config = JsonFile.Open(Path.Combine(folder, "config.json"));
        using var weights = WeightFiles.Open(folder);
        using var decoder = CausalDecoder.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, "stories260K");
        foreach (var line in File.ReadLines(Path.Combine(models, "stories260K", "golden.jsonl")))
        {
            using var golden = JsonDocument.Parse(line);
            int[] Ids(string key) => [.. golden.RootElement.GetProperty(key).EnumerateArray().Select(i => i.GetInt32())];
            var ids = Ids("token_ids");
            switch (golden.RootElement.Text("kind", "golden"))
            {
                case "logits":
                    using (var logits = Logits(decoder, ids))
                        Near([.. golden.RootElement.GetProperty("last_logits").EnumerateArray().Select(l => l.GetDouble())], logits[^1].data<float>().ToArray());
                    break;
                case "nll":
                    using (var logits = Logits(decoder, ids))
                    using (var loss = nn.functional.cross_entropy(logits[..^1], tensor(Array.ConvertAll(ids[1..], i => (long)i))))
                        Assert.AreEqual(golden.RootElement.GetProperty("mean_nll").GetDouble(), loss.item<float>(), 1e-4);
                    break;
                default:
                    var prompt = golden.RootElement.TryGetProperty("prompt_token_ids", out _) ? Ids("prompt_token_ids") : ids[..1];
                    CollectionAssert.AreEqual(ids[prompt.Length..], decoder.Greedy([prompt], ids.Length - prompt.Length)[0], line[..40]);
                    break;
            }
        }
    }

    private static Tensor Logits(CausalDecoder decoder, int[] ids)
    {
        using var states = decoder.States(new(ids, [ids.Length]));
        return decoder.Logits(states);
    }

    private static void Near(double[] expected, float[] found)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-4, $"logit {i}");
    }
}
