using System.Text.Json;
using System.Text.Json.Nodes;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Configs with a value replaced or taken away: the network is built, or there is one error that names the model.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class MutatedConfigsTest
{
    private static readonly string[] Values =
        ["null", "true", "\"nonsense\"", "\"\"", "-1", "0", "0.5", "1", "7", "1e9", "1e300", "123456789012345678901", "[]", "[1, null]", "{}", "{\"rope_type\": \"yarn\"}"];

    public static IEnumerable<string> Folders => Shared.Root is null ? [] :
    [
        "bert/base", "roberta/base", "distilbert/base", "electra/base", "albert/base", "mpnet/base", "nomic-bert/base", "modernbert/base", "eurobert/base",
        "jina-v3/base", "gte/base", "t5-encoder/relu", "llama/yarn", "gemma3/base", "phi3/longrope",
    ];

    [TestMethod, DynamicData(nameof(Folders))]
    public void Create_BuildsOrSaysWhatIsWrong(string name)
    {
        var folder = Path.Combine(Shared.Root!, "goldens", "models", name);
        var text = File.ReadAllText(Path.Combine(folder, "config.json"));
        using var weights = WeightFiles.Open(folder);
        string[] keys = [.. JsonNode.Parse(text)!.AsObject().Select(p => p.Key), "rope_scaling", "position_embedding_type", "head_dim"];
        for (var i = 0; i < keys.Length * (Values.Length + 1); i += 47) // coprime to the values: each key and each value has its turn
        {
            var config = JsonNode.Parse(text)!.AsObject();
            var (key, value) = (keys[i / (Values.Length + 1)], i % (Values.Length + 1));
            if (value == Values.Length)
                config.Remove(key);
            else
                config[key] = JsonNode.Parse(Values[value]);
            var what = $"{key} = {(value == Values.Length ? "nothing" : Values[value])}";
            try
            {
                using var encoder = TextEncoders.Create(JsonSerializer.SerializeToElement(config), weights, Precision.Float32, ComputeDevice.Cpu, "the model");
                encoder.Encode(new([5, 6, 7], [3]), EncoderOutput.AllTokens).Dispose();
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Assert.IsTrue(e.Message.Contains("the model", StringComparison.Ordinal) || e.Message.Contains(weights.Origin, StringComparison.Ordinal), $"{what}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}: {e}");
            }
        }
    }
}
