using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class GgufTokenizersTest
{
    [TestMethod]
    [TestCategory("Shared")]
    public void SmolLm2_HasTheGoldenIds()
    {
        if (Shared.Root is null)
            return;
        var folder = Path.Combine(Shared.Root, "data", "models", "smollm2-135m-instruct");
        var keys = GgufKeys.Read(Path.Combine(folder, "SmolLM2-135M-Instruct.Q4_1.gguf"));
        T[] List<T>(string name) => [.. ((object[])keys["tokenizer.ggml." + name]).Cast<T>()];
        var tokenizer = GgufTokenizers.Open(
            new()
            {
                Model = (string)keys["tokenizer.ggml.model"],
                Words = (string)keys["tokenizer.ggml.pre"],
                Tokens = List<string>("tokens"),
                Types = List<int>("token_type"),
                Merges = List<string>("merges"),
                Begin = (int)keys["tokenizer.ggml.bos_token_id"],
                End = (int)keys["tokenizer.ggml.eos_token_id"],
                Unknown = (int)keys["tokenizer.ggml.unknown_token_id"],
                AddBegin = (bool)keys["tokenizer.ggml.add_bos_token"],
                AddSpacePrefix = (bool)keys["tokenizer.ggml.add_space_prefix"],
            },
            "SmolLM2");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")));
        Assert.AreEqual(49_152, tokenizer.VocabularySize);
        Assert.IsEmpty(tokenizer.Prefix.Concat(tokenizer.Suffix));
        foreach (var line in golden.RootElement.GetProperty("tokenizer").EnumerateArray())
        {
            var text = line.GetProperty("text").GetString()!;
            var ids = line.GetProperty("ids").Numbers();
            CollectionAssert.AreEqual(ids, tokenizer.Encode(text).Ids, text);
            Assert.AreEqual(text, tokenizer.Decode(ids, skipSpecial: false));
        }
    }

    [TestMethod]
    public void Llama_IsTheSentencePieceModel()
    {
        var model = SentencePieceFile.Read(SampleSentencePieces.Bpe(), "a.model");
        var vocabulary = Vocabulary(model, "llama");
        var tokenizer = GgufTokenizers.Open(vocabulary with { Begin = 1, End = 2, AddSpacePrefix = true }, "a.gguf");
        CollectionAssert.AreEqual((int[])[1], tokenizer.Prefix.ToArray());
        Assert.IsEmpty(tokenizer.Suffix);
        var plain = new SentencePieceTokenizer(model, new());
        foreach (var text in (string[])["abc ab", "é", " a  b"])
            CollectionAssert.AreEqual(plain.Encode(text).Ids, tokenizer.Encode(text).Ids);
        CollectionAssert.AreEqual((int[])[2], tokenizer.Encode("</s>").Ids); // control pieces are matched in the text, as llama.cpp does
    }

    [TestMethod]
    public void Llama_FillingTokensAreNoError()
    {
        var model = SentencePieceFile.Read(SampleSentencePieces.Bpe(), "a.model");
        var filled = model with { Pieces = [.. model.Pieces, new("", 0, SentencePieceType.Unused), new("", 0, SentencePieceType.Normal), new("[x]", 0, SentencePieceType.Control), new("[x]", 0, SentencePieceType.Control)] };
        var tokenizer = GgufTokenizers.Open(Vocabulary(filled, "llama") with { Begin = 1 }, "a.gguf");
        CollectionAssert.AreEqual(new SentencePieceTokenizer(model, new()).Encode("abc  é ab").Ids, tokenizer.Encode("abc  é ab").Ids);
        Assert.AreEqual("a", tokenizer.Decode([.. tokenizer.Encode("a").Ids, model.Pieces.Count]));
    }

    [TestMethod]
    public void T5_AddsTheEnd()
    {
        var model = SentencePieceFile.Read(SampleSentencePieces.Unigram(), "a.model");
        var tokenizer = GgufTokenizers.Open(Vocabulary(model, "t5") with { End = 2, Characters = model.Characters!.Bytes.ToArray() }, "a.gguf");
        CollectionAssert.AreEqual((int[])[2], tokenizer.Suffix.ToArray());
        CollectionAssert.AreEqual(new SentencePieceTokenizer(model, new()).Encode("Q  ab c").Ids, tokenizer.Encode("Q  ab c").Ids);
    }

    [TestMethod]
    public void Bert_HasItsPiecesBack()
    {
        string[] tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁un", "able", "s", "▁cafe"];
        var tokenizer = GgufTokenizers.Open(
            new() { Model = "bert", Tokens = tokens, Types = [3, 3, 3, 3, 1, 1, 1, 1], Begin = 2, Separator = 3, Unknown = 1 }, "a.gguf");
        CollectionAssert.AreEqual((int[])[4, 5, 6, 7, 6, 1], tokenizer.Encode("Unables Cafés zz").Ids);
        CollectionAssert.AreEqual((int[])[2, 3], tokenizer.Prefix.Concat(tokenizer.Suffix).ToArray());
    }

    [TestMethod]
    [DataRow("wpm", null, null, "'tokenizer.ggml.model' is 'wpm'. Known: gpt2, llama, t5, bert.")]
    [DataRow("gpt2", "odd", null, "'tokenizer.ggml.pre' is 'odd'. Known: default, gpt-2")]
    [DataRow("gpt2", null, null, "no 'tokenizer.ggml.merges'")]
    [DataRow("llama", null, null, "needs 'tokenizer.ggml.scores'")]
    [DataRow("gpt2", null, 7, "'tokenizer.ggml.eos_token_id' is 7; the file has 1 tokens")]
    public void Open_SaysWhatIsWrong(string model, string? words, int? end, string message)
    {
        var vocabulary = new GgufVocabulary { Model = model, Words = words, Tokens = ["a"], End = end };
        var error = Assert.Throws<Exception>(() => GgufTokenizers.Open(vocabulary, "a.gguf"));
        Assert.IsTrue(error is InvalidDataException or NotSupportedException);
        Assert.Contains(message, error.Message);
    }

    private static GgufVocabulary Vocabulary(SentencePieceModel model, string kind) => new()
    {
        Model = kind,
        Tokens = [.. model.Pieces.Select(p => p.Text)],
        Scores = [.. model.Pieces.Select(p => p.Score)],
        Types = [.. model.Pieces.Select(p => (int)p.Type)],
    };
}
