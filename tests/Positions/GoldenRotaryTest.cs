using System.Text.Json;
using ML.Extensions.Positions;

namespace ML.Extensions.Tests.Positions;

/// <summary>Frequencies that transformers held after a forward of 24 and of 200 tokens, for every golden model and each of its configs.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenRotaryTest
{
    public static IEnumerable<string> Configs => Shared.Root is null ? [] :
        Directory.EnumerateFiles(Path.Combine(Shared.Root, "goldens", "models"), "config*.json", SearchOption.AllDirectories)
            .Where(f => File.ReadAllText(Path.Combine(Path.GetDirectoryName(f)!, "golden.json")).Contains("\"rope\": {", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(Shared.Root, f)).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Configs))]
    public void Frequencies_EqualTransformers(string file)
    {
        var path = Path.Combine(Shared.Root!, file);
        using var config = JsonDocument.Parse(File.ReadAllText(path));
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "golden.json")));
        foreach (var module in golden.RootElement.GetProperty("rope").EnumerateObject())
        {
            var rotary = RotaryConfig.Read(config.RootElement, module.Name == "all" ? null : module.Name, file);
            foreach (var length in module.Value.EnumerateObject())
            {
                var found = rotary.At(int.Parse(length.Name, System.Globalization.CultureInfo.InvariantCulture));
                var expected = length.Value.GetProperty("inv_freq").EnumerateArray().Select(v => v.GetDouble()).ToArray();
                Assert.HasCount(expected.Length, found.InverseFrequencies);
                for (var j = 0; j < expected.Length; j++)
                    Assert.AreEqual(expected[j], found.InverseFrequencies[j], 1e-6 * expected[j], $"{module.Name}, {length.Name} tokens, pair {j}");
                Assert.AreEqual(length.Value.GetProperty("attention_scaling").GetDouble(), found.AttentionFactor, 1e-6);
            }
        }
    }
}
