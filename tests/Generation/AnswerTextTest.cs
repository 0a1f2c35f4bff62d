using System.Text;
using ML.Extensions.Generation;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Generation;

/// <summary>Text of an answer: whole characters, and nothing of a stop text.</summary>
[TestClass]
public sealed class AnswerTextTest
{
    [TestMethod]
    public void Add_GivesWholeCharacters()
    {
        const string text = "aü€😀 é\uFFFD z👩‍👧";
        var (pieces, rest) = Stream(text, []);
        Assert.AreEqual(text, string.Concat(pieces) + rest);
        foreach (var piece in pieces)
            Assert.IsFalse(piece.Any(c => char.IsSurrogate(c)) && piece.EnumerateRunes().Any(r => r == Rune.ReplacementChar), piece);
        CollectionAssert.AreEqual(new[] { "a", "", "ü", "", "", "€", "", "", "", "😀" }, pieces[..10]);
    }

    [TestMethod]
    public void Finish_GivesWhatIsNoCharacter()
    {
        var answer = new AnswerText(new Bytes(), []);
        Assert.AreEqual("a", answer.Add('a'));
        Assert.AreEqual("", answer.Add(0xF0));
        Assert.AreEqual("", answer.Add(0x9F));
        Assert.AreEqual("\uFFFD", answer.Finish());
        answer = new(new Bytes(), []);
        var text = string.Concat(Enumerable.Range(0, 50).Select(_ => answer.Add(0xFF))) + answer.Finish();
        Assert.AreEqual(new string('\uFFFD', 50), text);
    }

    [TestMethod]
    [DataRow("one STOP two", "STOP", "one ")]
    [DataRow("one STO", "STOP", "one STO")]
    [DataRow("SSSTOP", "STOP", "SS")]
    [DataRow("aabaabaaac", "aabaaac|zz", "aab")]
    [DataRow("x€y€€z", "€€", "x€y")]
    [DataRow("abc", "bcd|b", "a")]
    [DataRow("STOP", "STOP", "")]
    public void Add_EndsAtAStopText(string text, string stops, string expected)
    {
        var (pieces, rest) = Stream(text, stops.Split('|'));
        Assert.AreEqual(expected, string.Concat(pieces) + rest);
    }

    [TestMethod]
    public void Add_HoldsBackWhatMayBecomeAStopText()
    {
        var (pieces, rest) = Stream("xSTxSTO", ["STOP"]);
        CollectionAssert.AreEqual(new[] { "x", "", "", "STx", "", "", "" }, pieces);
        Assert.AreEqual("STO", rest);
    }

    private static (List<string> Pieces, string Held) Stream(string text, string[] stops)
    {
        var answer = new AnswerText(new Bytes(), stops);
        var pieces = new List<string>();
        foreach (var b in Encoding.UTF8.GetBytes(text))
            pieces.Add(answer.Add(b));
        return (pieces, answer.Finish());
    }

    /// <summary>A token is a byte.</summary>
    private sealed class Bytes : TextTokenizer
    {
        public override string Kind => "bytes";

        public override int VocabularySize => 256;

        public override IReadOnlyList<int> Prefix => [];

        public override IReadOnlyList<int> Suffix => [];

        public override TokenizedText Encode(string text) => throw new NotSupportedException();

        public override string Decode(IReadOnlyList<int> ids, bool skipSpecial = true) => Encoding.UTF8.GetString([.. ids.Select(i => (byte)i)]);
    }
}
