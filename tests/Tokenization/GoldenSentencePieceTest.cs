using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>SentencePiece model files against the SentencePiece library: ids, ranges and decoded texts.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenSentencePieceTest
{
    private static readonly string[] Names = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];

    public static IEnumerable<string> Models => Shared.Root is null ? [] : Directory.EnumerateDirectories(GoldenLines.Path())
        .Where(d => File.Exists(Path.Combine(d, "golden.sentencepiece.jsonl"))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Models))]
    public void Encode_EqualsLibrary(string name)
    {
        var path = Names.Select(n => GoldenLines.Path(name, n)).Single(File.Exists);
        var tokenizer = new SentencePieceTokenizer(SentencePieceFile.Open(path), new());
        var lines = 0;
        foreach (var line in GoldenLines.Read(GoldenLines.Path(name, "golden.sentencepiece.jsonl")))
        {
            var text = line.GetProperty("text").GetString()!;
            var tokens = tokenizer.Encode(text);
            var (starts, ends) = line.GetProperty("offsets").Units(text);
            var shown = $"line {++lines}: {text}";
            CollectionAssert.AreEqual(line.GetProperty("ids_no_special").Numbers(), tokens.Ids, shown);
            CollectionAssert.AreEqual(starts, tokens.Starts, shown);
            CollectionAssert.AreEqual(ends, tokens.Ends, shown);
            Assert.AreEqual(line.GetProperty("decoded").GetString(), tokenizer.Decode(tokens.Ids), shown);
        }

        Assert.IsGreaterThan(90, lines);
    }
}
