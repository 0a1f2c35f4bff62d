using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Folders with a small SentencePiece model: how the class numbers its pieces. The model's "ab" with a blank is piece 4.</summary>
[TestClass]
public sealed class SentencePieceFolderTest
{
    [TestMethod]
    [DataRow("XLMRobertaTokenizer", "0 5 2", "0 5 2 2 5 2")]
    [DataRow("CamembertTokenizerFast", "5 8 6", "5 8 6 6 8 6")]
    [DataRow("T5Tokenizer", "4 2", "4 2 4 2")]
    [DataRow("LlamaTokenizer", "1 4", "1 4 1 4")]
    [DataRow("PreTrainedTokenizerFast", "4", "4 4")]
    public void Open_NumbersThePiecesAsTheClassDoes(string name, string single, string pair)
    {
        using var folder = new TempFolder();
        folder.Write("spiece.model", SampleSentencePieces.Unigram());
        folder.Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{name}}"}""");
        var tokenizer = TokenizerFiles.Open(folder.Root);
        Assert.AreEqual(single, string.Join(' ', TokenizedRows.Encode(tokenizer, "ab").Ids));
        Assert.AreEqual(pair, string.Join(' ', TokenizedRows.Encode(tokenizer, "ab", "Q").Ids));
    }

    [TestMethod]
    public void Open_TakesTheConfigurationsTokens()
    {
        using var folder = new TempFolder();
        folder.Write("tokenizer.model", SampleSentencePieces.Bpe());
        folder.Write("tokenizer_config.json", """
            {"tokenizer_class":"LlamaTokenizer","add_bos_token":false,"add_eos_token":true,"eos_token":{"content":"<|end|>"},
             "added_tokens_decoder":{"300":{"content":"<|end|>","special":true,"rstrip":true}}}
            """);
        var tokenizer = TokenizerFiles.Open(folder.Root);
        Assert.AreEqual(301, tokenizer.VocabularySize);
        CollectionAssert.AreEqual((int[])[300], tokenizer.Suffix.ToArray());
        Assert.AreEqual(300, tokenizer.Encode("<|end|> ab").Ids[0]);
        Assert.AreEqual("ab", tokenizer.Decode([.. tokenizer.Encode("ab").Ids, 300]));
    }

    [TestMethod]
    [DataRow("MBartTokenizer", "how MBartTokenizer numbers the pieces of spiece.model is not known. Known: XLMRobertaTokenizer")]
    [DataRow("T5Tokenizer\",\"extra_ids\":\"x", "'extra_ids' is")]
    [DataRow("LlamaTokenizer\",\"added_tokens_decoder\":{\"-1\":{\"content\":\"a\"}},\"a\":\"b", "added_tokens_decoder of '-1'")]
    public void Open_SaysWhatIsWrong(string name, string message)
    {
        using var folder = new TempFolder();
        folder.Write("spiece.model", SampleSentencePieces.Unigram());
        folder.Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{name}}"}""");
        Assert.Contains(message, Assert.Throws<Exception>(() => TokenizerFiles.Open(folder.Root)).Message);
    }
}
