using System.Text;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class TokenizerFilesTest
{
    private const string Vocabulary = """{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4,"##b":5,"É":6,"e":7}""";
    private const string Bert = """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""";
    private const string Template = """
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],
         "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}}
        """;

    [TestMethod]
    [DataRow("{", "not valid JSON")]
    [DataRow("[]", "expected Object")]
    [DataRow("{}", "no object 'model'")]
    [DataRow("""{"model":{"type":"Char"}}""", "'Char' is not known. Known: BPE, Unigram, WordLevel, WordPiece")]
    [DataRow("""{"model":{"type":"BPE","vocab":{"a":0}}}""", "no list 'merges'")]
    [DataRow("""{"model":{"merges":[],"vocab":{}}}""", "the vocabulary is empty")]
    [DataRow("""{"model":{"merges":["a"],"vocab":{"a":0}}}""", "merge 0 is 'a'; expected two tokens")]
    [DataRow("""{"model":{"merges":["a b"],"vocab":{"a":0,"b":1}}}""", "needs the token 'ab'")]
    [DataRow("""{"model":{"merges":[["a"]],"vocab":{"a":0,"b":1}}}""", "expected two tokens")]
    [DataRow("""{"model":{"vocab":[]}}""", "'unk_id'")]
    [DataRow("""{"model":{"vocab":[["a"]],"unk_id":0}}""", "a piece and its score")]
    [DataRow("""{"model":{"type":"WordPiece"}}""", "no object 'vocab'")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{}}}""", "the vocabulary is empty")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"a":1,"a":2}}}""", "piece 'a' stands twice")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"a":1,"b":1}}}""", "pieces 'a' and 'b' have the same id 1")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"a":-1}}}""", "'a' is -1; expected an id")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"a":"x"}}}""", "'a' is \"x\"; expected an id")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"a":99999999999}}}""", "expected an id from 0 to 10,000,000")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"Whitespaces"}}""", "pre-tokenizer 'Whitespaces' is not known. Known: BertPreTokenizer, ByteLevel")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"a":0}},"pre_tokenizer":{"type":"BertPreTokenizer"}}""", "no '[UNK]'")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"normalizer":{"type":"NFX"}}""", "normalizer 'NFX' is not known. Known: Append, BertNormalizer")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"normalizer":{"type":"BertNormalizer","lowercase":1}}""", "'lowercase' is 1; expected true or false")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"Bert"}}""", "post-processor 'Bert' is not known. Known: BertProcessing, ByteLevel")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"BertProcessing","cls":["[CLS]"]}}""", "no 'cls'")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"TemplateProcessing","single":[]}}""", "0 times; expected once")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"added_tokens":[{"id":7,"content":"[UNK]"}]}""", "'[UNK]' has id 7")]
    [DataRow("""{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"added_tokens":[{"id":7}]}""", "a token with content and id")]
    public void BadTokenizerJson_IsRefused(string json, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("tokenizer.json", json);
        var error = Assert.Throws<Exception>(() => TokenizerFiles.Open(folder.Root));
        Assert.IsTrue(error is InvalidDataException or NotSupportedException, error.ToString());
        Assert.Contains("tokenizer.json", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void EmptyFolder_SaysWhatItLookedFor()
    {
        using var folder = new TempFolder();
        Assert.Contains("tokenizer.json, tokenizer.model, spiece.model, sentencepiece.bpe.model, vocab.json with merges.txt, and vocab.txt", Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFiles.Open(folder.Root)).Message);
    }

    [TestMethod]
    [DataRow("", "the vocabulary is empty")]
    [DataRow("[UNK]\n[SEP]\na", "no '[CLS]'")]
    [DataRow("[UNK]\n[CLS]\na", "no '[SEP]'")]
    [DataRow("[CLS]\n[SEP]\na", "no '[UNK]'")]
    public void BadVocabulary_IsRefused(string text, string expected) =>
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => FromText(Encoding.UTF8.GetBytes(text))).Message);

    [TestMethod]
    public void VocabularyOfAnotherEncoding_IsRefused() =>
        Assert.Contains("not UTF-8", Assert.ThrowsExactly<InvalidDataException>(() => FromText([.. "[UNK]\n"u8, 0xE9, .. "\n"u8])).Message);

    [TestMethod]
    [DataRow("\n", "")]
    [DataRow("\r\n", "")]
    [DataRow("\n", "\n")]
    [DataRow("\r\n", "\r\n")]
    public void LineEnds_OfEitherKindCount(string end, string last)
    {
        var tokenizer = FromText(Encoding.UTF8.GetBytes(string.Join(end, "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a") + last));
        Assert.AreEqual(5, tokenizer.VocabularySize);
        CollectionAssert.AreEqual(new[] { 4, 3 }, tokenizer.Encode("a[SEP]").Ids);
    }

    [TestMethod]
    public void Template_GivesPrefixAndSuffix()
    {
        using var folder = new TempFolder();
        folder.Write("tokenizer.json", Json(Bert, Template));
        var tokenizer = TokenizerFiles.Open(folder.Root);
        CollectionAssert.AreEqual(new[] { 2 }, tokenizer.Prefix.ToArray());
        CollectionAssert.AreEqual(new[] { 3 }, tokenizer.Suffix.ToArray());
        CollectionAssert.AreEqual(new[] { 7, 4, 5 }, tokenizer.Encode("É AB").Ids);
    }

    [TestMethod]
    [DataRow("BertTokenizer", 6)]
    [DataRow("BertTokenizerFast", 6)]
    [DataRow("PreTrainedTokenizerFast", 7)]
    public void BertClass_TakesItsFlagsFromTheConfig(string type, int expected)
    {
        using var folder = new TempFolder();
        folder.Write("tokenizer.json", Json(Bert, "null"));
        folder.Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{type}}","do_lower_case":false}""");
        var tokenizer = TokenizerFiles.Open(folder.Root);
        CollectionAssert.AreEqual(new[] { expected }, tokenizer.Encode("É").Ids);
        Assert.IsEmpty(tokenizer.Prefix);
    }

    private static TextTokenizer FromText(byte[] bytes) => TokenizerFiles.FromVocabulary(new MemoryStream(bytes), new(), "vocab.txt");

    private static string Json(string normalizer, string post) =>
        $$"""{"added_tokens":[],"normalizer":{{normalizer}},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{{post}},"model":{"type":"WordPiece","vocab":{{Vocabulary}} } }""";
}
