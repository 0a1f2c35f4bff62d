using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Each part of the format by small examples; the goldens compare them with the library at length.</summary>
[TestClass]
public sealed class PipelinePartsTest
{
    [TestMethod]
    [DataRow("""{"type":"Lowercase"}""", "ÀİΣ", "ài̇σ")]
    [DataRow("""{"type":"Strip","strip_left":true,"strip_right":false}""", " a ", "a ")]
    [DataRow("""{"type":"Strip"}""", "  ", "")]
    [DataRow("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]}""", "Éग़", "Eग")]
    [DataRow("""{"type":"NFKC"}""", "ﬁ①", "fi1")]
    [DataRow("""{"type":"Replace","pattern":{"String":"a"},"content":"bb"}""", "aca", "bbcbb")]
    [DataRow("""{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""", "a   b", "a b")]
    [DataRow("""{"type":"Prepend","prepend":"▁"}""", "a", "▁a")]
    [DataRow("""{"type":"Prepend","prepend":"▁"}""", "", "")]
    [DataRow("""{"type":"Append","append":"!"}""", "🙂", "🙂!")]
    [DataRow("""{"type":"Nmt"}""", "a\u200b\u0001\tb", "a  b")]
    [DataRow("""{"type":"BertNormalizer"}""", "É漢\u0000", "e 漢 ")]
    [DataRow("""{"type":"ByteLevel"}""", "é a", "Ã©Ġa")]
    public void Normalizer_Changes(string json, string text, string expected) =>
        Assert.AreEqual(expected, NormalizerJson.Read(Json(json), "x").Normalize(text));

    [TestMethod]
    [DataRow("""{"type":"BertPreTokenizer"}""", "a, b", "a|,|b")]
    [DataRow("""{"type":"Whitespace"}""", "a_1!? b", "a_1|!?|b")]
    [DataRow("""{"type":"WhitespaceSplit"}""", " a! b", "a!|b")]
    [DataRow("""{"type":"ByteLevel","add_prefix_space":true}""", "it's é", "Ġit|'s|ĠÃ©")]
    [DataRow("""{"type":"Metaspace","replacement":"▁"}""", "a b", "▁a|▁b")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":false}""", "a b", "a▁b")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","add_prefix_space":false}""", "a b", "a|▁b")]
    [DataRow("""{"type":"Digits"}""", "a12b", "a|12|b")]
    [DataRow("""{"type":"Digits","individual_digits":true}""", "a12b", "a|1|2|b")]
    [DataRow("""{"type":"Punctuation","behavior":"MergedWithPrevious"}""", "a.b", "a.|b")]
    [DataRow("""{"type":"CharDelimiterSplit","delimiter":"-"}""", "a-b--c", "a|b|c")]
    [DataRow("""{"type":"UnicodeScripts"}""", "abカな漢 x", "ab|カな漢 |x")]
    [DataRow("""{"type":"FixedLength","length":2}""", "🙂abc", "🙂a|bc")]
    [DataRow("""{"type":"Split","pattern":{"String":"x"},"behavior":"MergedWithNext"}""", "axxb", "a|x|xb")]
    [DataRow("""{"type":"Split","pattern":{"Regex":"x"},"behavior":"Contiguous"}""", "axxb", "a|xx|b")]
    [DataRow("""{"type":"Split","pattern":{"Regex":"x+"},"behavior":"Removed","invert":true}""", "axxb", "xx")]
    [DataRow("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits"}]}""", "a1 b", "a|1|b")]
    public void PreTokenizer_Cuts(string json, string text, string expected)
    {
        var pieces = new PieceText();
        pieces.Start(text.AsMemory(), 0);
        foreach (var step in PreTokenizerJson.Read(Json(json), "x"))
            step.Apply(pieces);
        Assert.AreEqual(expected, string.Join('|', pieces.Pieces.Select(p => pieces.Text.Chars[p.Start..p.End].ToString())));
    }

    [TestMethod]
    [DataRow("""{"type":"ByteLevel"}""", "Ġit|Ã©|<s> x|Ã", " ité<s> x\uFFFD")]
    [DataRow("""{"type":"ByteFallback"}""", "a|<0xC3>|<0xA9>|b|<0xC3>", "aéb\uFFFD")]
    [DataRow("""{"type":"Metaspace","replacement":"▁"}""", "▁a|▁b", "a b")]
    [DataRow("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never"}""", "▁a|▁b", " a b")]
    [DataRow("""{"type":"WordPiece"}""", "do|not|##s|.", "do nots.")]
    [DataRow("""{"type":"BPEDecoder"}""", "a|b</w>|c</w>", "ab c")]
    [DataRow("""{"type":"CTC"}""", "<pad>|a|a|<pad>|a|b", "aab")]
    [DataRow("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":1}]}""", "▁a|▁", "a")]
    public void Decoder_Joins(string json, string tokens, string expected) =>
        Assert.AreEqual(expected, string.Concat(DecoderJson.Read(Json(json), "x").Decode(tokens.Split('|'))));

    /// <summary>The expressions of o200k, DeepSeek V3 and of tiktoken's cl100k.</summary>
    [TestMethod]
    [DataRow(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", "It's aB 1234 漢!\n x", "It's| a|B| |123|4| 漢|!\n| x")]
    [DataRow(@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", "a-b [c] 𝒜", "a|-b| [|c|]| 𝒜")]
    [DataRow(@"[一-龥぀-ゟ゠-ヿ]+", "a漢かb", "a|漢か|b")]
    [DataRow(@"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s", "it'S a  b12 !!\n", "it|'S| a| | b|12| !!\n")]
    public void PublishedExpressions_Cut(string expression, string text, string expected)
    {
        var pieces = new PieceText();
        pieces.Start(text.AsMemory(), 0);
        pieces.Split(new RegexPattern(expression, "x"), SplitBehavior.Isolated);
        Assert.AreEqual(expected, string.Join('|', pieces.Pieces.Select(p => text[p.Start..p.End])));
    }

    [TestMethod]
    public void ManyThreads_GetTheSameTokens()
    {
        var tokenizer = TokenizerFiles.FromJson(Json(TokenizerJsonFuzzTest.Files.First()), null, "x");
        var texts = Enumerable.Range(0, 400).Select(i => $"hello {i % 37} wörld {new string('l', i % 70)}{i % 11}").ToArray();
        var expected = texts.Select(t => tokenizer.Encode(t)).ToArray();
        Parallel.For(0, 4_000, i =>
        {
            var found = tokenizer.Encode(texts[i % texts.Length]);
            CollectionAssert.AreEqual(expected[i % texts.Length].Ids, found.Ids);
            CollectionAssert.AreEqual(expected[i % texts.Length].Ends, found.Ends);
        });
    }

    private static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
