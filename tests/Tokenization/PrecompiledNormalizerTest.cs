using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class PrecompiledNormalizerTest
{
    [TestMethod]
    [TestCategory("Shared")]
    public void Append_EqualsLibrary()
    {
        if (Shared.Root is null)
            Assert.Inconclusive("no ../shared");
        using var file = JsonDocument.Parse(File.ReadAllText(GoldenLines.Path("normalizers", "precompiled", "tokenizer.json")));
        var bytes = file.RootElement.GetProperty("normalizer").GetProperty("precompiled_charsmap").GetBytesFromBase64();
        var normalizer = new PrecompiledNormalizer(new(bytes, "tokenizer.json"));
        foreach (var line in GoldenLines.Read(GoldenLines.Path("normalizers", "precompiled", "golden.jsonl")))
        {
            var text = line.GetProperty("text").GetString()!;
            var output = new WordBuffer();
            normalizer.Append(new(text, 0), output);
            Assert.AreEqual(line.GetProperty("normalized").GetString(), output.Chars.ToString());
            var (starts, ends) = line.GetProperty("offsets").Units(text);
            var heads = Enumerable.Range(0, output.Length).Where(i => !char.IsLowSurrogate(output.Chars[i])).ToArray();
            CollectionAssert.AreEqual(starts, heads.Select(i => output.Starts[i]).ToArray(), text);
            CollectionAssert.AreEqual(ends, heads.Select(i => output.Ends[i]).ToArray(), text);
        }
    }
}
