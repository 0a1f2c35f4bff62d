using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>A GGUF file's vocabulary, written as the files of a folder, gives the same ids.</summary>
[TestClass]
public sealed class GgufTokenizerFilesTest
{
    private static readonly string[] Texts = ["abc ab", "é", " a  b", "Q  ab c", "Unables Cafés zz", "</s> a", "", "x[x]y"];

    [TestMethod]
    [DataRow("llama")]
    [DataRow("t5")]
    [DataRow("bert")]
    [DataRow("gpt2")]
    public void Write_GivesAFolderOfTheSameIds(string kind)
    {
        using var folder = new TempFolder();
        var vocabulary = Vocabulary(kind);
        GgufTokenizerFiles.Write(vocabulary, folder.Root, "a.gguf");
        var (before, after) = (GgufTokenizers.Open(vocabulary, "a.gguf"), TokenizerFiles.Open(folder.Root));
        foreach (var text in Texts)
            CollectionAssert.AreEqual(before.Encode(text).Ids, after.Encode(text).Ids, text);
        CollectionAssert.AreEqual(before.Prefix.ToArray(), after.Prefix.ToArray());
        CollectionAssert.AreEqual(before.Suffix.ToArray(), after.Suffix.ToArray());
        Assert.IsNotEmpty(before.Encode(Texts[0]).Ids);
    }

    [TestMethod]
    [TestCategory("Shared")]
    [DataRow("stories260K/stories260K.bin")]
    [DataRow("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf")]
    public void Convert_GivesAFolderThatOpensAsTheFile(string file)
    {
        if (Shared.Root is null)
            return;
        using var folder = new TempFolder();
        var source = Path.Combine(Shared.Root, "data", "models", file);
        ModelConversion.Convert(source, folder["out"], "float16");
        using var before = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(source));
        using var after = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder["out"]));
        foreach (var text in Texts.Append("It's 1234 <|im_start|> once upon a time,\n\t日本 🙂"))
            CollectionAssert.AreEqual(before.Tokenizer.Encode(text).Ids, after.Tokenizer.Encode(text).Ids, text);
        CollectionAssert.AreEqual(before.Tokenizer.Prefix.ToArray(), after.Tokenizer.Prefix.ToArray());
        CollectionAssert.AreEqual(before.Pooling.ToArray(), after.Pooling.ToArray());
        CollectionAssert.AreEquivalent(before.Weights.Entries.Keys.ToArray(), after.Weights.Entries.Keys.ToArray());
    }

    private static GgufVocabulary Vocabulary(string kind)
    {
        switch (kind)
        {
            case "bert":
                return new() { Model = kind, Tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁un", "able", "s", "▁cafe"], Types = [3, 3, 3, 3, 1, 1, 1, 1], Begin = 2, Separator = 3, Unknown = 1 };
            case "gpt2":
                return new()
                {
                    Model = kind,
                    Words = "smollm",
                    Tokens = ["a", "b", "c", "ab", "Ġ", "Ġa", "Ġab", "</s>"],
                    Types = [1, 1, 1, 1, 1, 1, 1, 3],
                    Merges = ["a b", "Ġ a", "Ġa b"],
                    End = 7,
                    AddEnd = true,
                };
            default:
                var model = SentencePieceFile.Read(kind == "t5" ? SampleSentencePieces.Unigram() : SampleSentencePieces.Bpe(), "a.model");
                SentencePiece[] pieces = [.. model.Pieces, new("", 0, SentencePieceType.Unused), new("[x]", 0, SentencePieceType.Control), new("[x]", 0, SentencePieceType.Control)];
                return new()
                {
                    Model = kind,
                    Tokens = [.. pieces.Select(p => p.Text)],
                    Scores = [.. pieces.Select(p => p.Score)],
                    Types = [.. pieces.Select(p => (int)p.Type)],
                    Begin = 1,
                    End = 2,
                    Characters = model.Characters?.Bytes.ToArray(),
                };
        }
    }
}
