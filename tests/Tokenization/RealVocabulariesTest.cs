using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Published vocabularies on llama.cpp's 46 hard texts, whose ids come from the models' own tokenizers.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class RealVocabulariesTest
{
    [TestMethod]
    [DataRow("llama2", "llama2", "tokenizer.json,tokenizer_config.json")]
    [DataRow("llama2", "llama2", "tokenizer.model,tokenizer_config.json")]
    [DataRow("llama2", "llama2", "tokenizer.model")]
    [DataRow("llama2", "phi-3", "tokenizer.model")]
    [DataRow("roberta-base", "roberta-base", "tokenizer.json")]
    public void Encode_HasTheModelsIds(string name, string golden, string files)
    {
        if (Shared.Root is null)
            return;
        var data = Path.Combine(Shared.Root, "data", "tokenizers");
        using var folder = new TempFolder();
        foreach (var file in files.Split(','))
            File.Copy(Path.Combine(data, name, file), folder[file]);
        var tokenizer = TokenizerFiles.Open(folder.Root);
        var lines = 0;
        foreach (var line in GoldenLines.Read(Path.Combine(data, "golden", golden + ".jsonl")))
        {
            var text = line.GetProperty("text").GetString()!;
            CollectionAssert.AreEqual(line.GetProperty("ids").Numbers(), tokenizer.Encode(text).Ids, $"line {++lines}: {text}");
        }

        Assert.AreEqual(46, lines);
    }
}
