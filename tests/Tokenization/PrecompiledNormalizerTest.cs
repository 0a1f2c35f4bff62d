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
            var (first, last) = Ranges(text);
            var output = new WordBuffer();
            normalizer.Append(text, first, last, output);
            Assert.AreEqual(line.GetProperty("normalized").GetString(), output.Chars.ToString());
            var (starts, ends) = line.GetProperty("offsets").Units(text);
            var heads = Enumerable.Range(0, output.Length).Where(i => !char.IsLowSurrogate(output.Chars[i])).ToArray();
            CollectionAssert.AreEqual(starts, heads.Select(i => output.Starts[i]).ToArray(), text);
            CollectionAssert.AreEqual(ends, heads.Select(i => output.Ends[i]).ToArray(), text);
        }
    }

    private static (int[] Starts, int[] Ends) Ranges(string text)
    {
        var pair = Enumerable.Range(0, text.Length).Select(i => (Low: i > 0 && char.IsSurrogatePair(text, i - 1), High: char.IsSurrogatePair(text, Math.Min(i, text.Length - 1)))).ToArray();
        return ([.. pair.Select((p, i) => p.Low ? i - 1 : i)], [.. pair.Select((p, i) => p.High ? i + 2 : i + 1)]);
    }
}
