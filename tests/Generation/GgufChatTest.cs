using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Generation;
using ML.Extensions.Tests.Checkpoints;

namespace ML.Extensions.Tests.Generation;

/// <summary>Chat template and stop tokens out of a GGUF file's metadata.</summary>
[TestClass]
public sealed class GgufChatTest
{
    private static readonly string[] Tokens = ["<unk>", "<s>", "</s>", "<|im_end|>", "<|im_end|>x", "<|eot_id|>", "a"];

    [TestMethod]
    public void StopTokens_AreKeysAndKnownControlTokens()
    {
        using var folder = new TempFolder();
        using var file = Open(folder, new GgufWriter().Number("tokenizer.ggml.eos_token_id", 2).Number("tokenizer.ggml.eot_token_id", 6)
            .Texts("tokenizer.ggml.tokens", Tokens).Numbers("tokenizer.ggml.token_type", 2, 3, 3, 3, 3, 1, 1));
        CollectionAssert.AreEquivalent(new[] { 2, 6, 3 }, StopTokens.Of(file).ToArray(), "5 is an ordinary token, 4 another text");
    }

    [TestMethod]
    public void ChatTemplate_SeesTheFilesTokens()
    {
        using var folder = new TempFolder();
        var writer = new GgufWriter().Number("tokenizer.ggml.bos_token_id", 1).Number("tokenizer.ggml.eos_token_id", 77).Texts("tokenizer.ggml.tokens", Tokens);
        using (var none = Open(folder, writer))
            Assert.IsNull(ChatTemplateFiles.Of(none));
        using (var file = Open(folder, writer.Text("tokenizer.chat_template", "{{ bos_token }}{{ messages[0].content }}{{ eos_token is defined }}")))
            Assert.AreEqual("<s>hiFalse", ChatTemplateFiles.Of(file)!.Render([ChatMessage.User("hi")]));
        using var broken = Open(folder, new GgufWriter().Text("tokenizer.chat_template", "a\n{{ 1"));
        Assert.Contains("a.gguf: template, line 2", Assert.ThrowsExactly<InvalidDataException>(() => ChatTemplateFiles.Of(broken)).Message);
    }

    private static GgufFile Open(TempFolder folder, GgufWriter writer) => new(folder.Write("a.gguf", writer.Bytes()));
}
