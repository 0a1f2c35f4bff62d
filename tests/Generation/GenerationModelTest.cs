using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.Generation;

namespace ML.Extensions.Tests.Generation;

/// <summary>Decoders with their tokenizer, chat template and stop tokens.</summary>
[TestClass]
public sealed class GenerationModelTest
{
    private static readonly ChatMessage[] Chat = [ChatMessage.System("w7"), ChatMessage.User("w8 w9")];

    [TestMethod]
    public void Open_ReadsAFolder()
    {
        using var folder = new TinyModel();
        using var model = Open(folder.Folder);
        CollectionAssert.AreEquivalent(new[] { 2, 28 }, model.StopIds.ToArray());
        Assert.AreEqual(64, model.Window);
        CollectionAssert.AreEqual(new[] { 1, 4, 7, 1, 3, 8, 9, 5 }, model.ChatIds(Chat));
        CollectionAssert.AreEqual(new[] { 1, 8, 9 }, model.PlainIds("w8 w9"));
        Assert.AreEqual("w1 user w8\n", model.Chat!.Render([ChatMessage.User("w8")], answers: false));
    }

    [TestMethod]
    public void Open_FindsTheTemplate()
    {
        using var folder = new TinyModel(chat: false);
        using (var model = Open(folder.Folder))
        {
            Assert.IsNull(model.Chat);
            Assert.Contains("no chat template", Assert.ThrowsExactly<NotSupportedException>(() => model.ChatIds(Chat)).Message);
        }

        var plain = Hash(folder.Folder);
        folder.Write("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"w2"},{"name":"default","template":"w3"}]}""");
        Assert.AreEqual("w3", Rendered(folder.Folder));
        folder.Write("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"w2"}]}""");
        Assert.Contains("tool_use", Assert.ThrowsExactly<InvalidDataException>(() => Open(folder.Folder)).Message);
        folder.Write("chat_template.json", """{"chat_template":"w4"}""");
        Assert.AreEqual("w4", Rendered(folder.Folder));
        folder.Write("chat_template.jinja", "w5");
        Assert.AreEqual("w5", Rendered(folder.Folder));
        Assert.AreNotEqual(plain, Hash(folder.Folder), "the template is part of the content");
        folder.Write("chat_template.jinja", "a\n{% if %}");
        Assert.Contains("chat_template.jinja: template, line 2", Assert.ThrowsExactly<InvalidDataException>(() => Open(folder.Folder)).Message);
    }

    [TestMethod]
    public void Open_NamesWhatIsWrong()
    {
        using var folder = new TinyModel();
        Assert.Contains("no model at", Assert.ThrowsExactly<FileNotFoundException>(() => Open(folder.Folder + "x")).Message);
        folder.Write("generation_config.json", """{"eos_token_id":"</s>"}""");
        Assert.Contains("eos_token_id", Assert.ThrowsExactly<InvalidDataException>(() => Open(folder.Folder)).Message);
        folder.Write("generation_config.json", "{}");
        using var model = Open(folder.Folder);
        CollectionAssert.AreEqual(new[] { 9 }, model.StopIds.ToArray(), "config.json's");
    }

    [TestMethod]
    public async Task Stream_GivesTheAnswerOfGenerate()
    {
        using var folder = new TinyModel();
        using var model = Open(folder.Folder);
        var generator = new TextGenerator(model, new() { MaxNewTokens = 20, Sampling = new() { Temperature = 1, Seed = 3 } });
        var ids = generator.Ids("w8 w9", "w7");
        var answer = generator.Generate([ids])[0];
        var pieces = new List<string>();
        GeneratedSequence? ended = null;
        await foreach (var text in generator.Stream(ids, s => ended = s).ConfigureAwait(false))
            pieces.Add(text);
        Assert.AreEqual(answer.Text, string.Concat(pieces));
        Assert.AreEqual(answer.End, ended!.End);
        var all = answer.Choices.Select(c => c.Id).Where(i => !model.StopIds.Contains(i)).ToArray();
        Assert.AreEqual(model.Tokenizer.Decode(all), answer.Text);
    }

    [TestMethod]
    public async Task Stream_StopsWithinAToken()
    {
        using var folder = new TinyModel(window: 100_000);
        using var model = Open(folder.Folder);
        var generator = new TextGenerator(model, new() { MaxNewTokens = 50_000, Sampling = new() { Temperature = 5 } }, PromptFormat.Plain);
        using var cancellation = new CancellationTokenSource();
        var pieces = 0;
        GeneratedSequence? ended = null;
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in generator.Stream([8], s => ended = s, cancellation.Token).ConfigureAwait(false))
                if (++pieces == 2)
                    await cancellation.CancelAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
        Assert.AreEqual(2, pieces);
        Assert.HasCount(2, ended!.Choices);
    }

    [TestMethod]
    [TestCategory("Shared")]
    public void Answers_EqualTheGoldenChats()
    {
        if (Shared.Root is null)
            return;
        var folder = Path.Combine(Shared.Root, "data", "models", "smollm2-135m-instruct");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")));
        using var model = Open(Path.Combine(folder, "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var chats = golden.RootElement.GetProperty("chat").EnumerateArray().ToArray();
        var prompts = new List<int[]>();
        foreach (var chat in chats)
        {
            var messages = chat.GetProperty("messages").EnumerateArray()
                .Select(m => new ChatMessage(m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!)).ToArray();
            Assert.AreEqual(chat.GetProperty("rendered").GetString(), model.Chat!.Render(messages));
            prompts.Add(model.ChatIds(messages));
            CollectionAssert.AreEqual(Ids(chat, "prompt_ids"), prompts[^1]);
        }

        var answers = new TextGenerator(model, new() { MaxNewTokens = 48, LogProbabilities = 10 }).Generate(prompts);
        foreach (var (chat, answer) in chats.Zip(answers))
        {
            CollectionAssert.AreEqual(Ids(chat, "greedy_ids"), answer.Choices.Select(c => c.Id).ToArray());
            Assert.AreEqual(chat.GetProperty("greedy_text").GetString(), answer.Text);
            Assert.AreEqual(Ids(chat, "greedy_ids")[^1] == 2 ? GenerationEnd.StopToken : GenerationEnd.MaxNewTokens, answer.End);
            var (logits, sum) = (chat.GetProperty("next_top10_logits"), chat.GetProperty("next_logsumexp").GetDouble());
            CollectionAssert.AreEqual(Ids(chat, "next_top10_ids"), answer.Choices[0].Likeliest.Select(t => t.Id).ToArray());
            foreach (var (logit, token) in logits.EnumerateArray().Zip(answer.Choices[0].Likeliest))
                Assert.AreEqual(logit.GetDouble() - sum, token.LogProbability, 1e-3);
        }
    }

    [TestMethod]
    [TestCategory("Shared")]
    public void Answers_EqualLlama2C()
    {
        if (Shared.Root is null)
            return;
        var models = Path.Combine(Shared.Root, "data", "models");
        using var golden = JsonDocument.Parse(File.ReadLines(Path.Combine(models, "stories260K", "golden.jsonl")).First());
        int[] expected = [.. golden.RootElement.GetProperty("token_ids").EnumerateArray().Select(i => i.GetInt32())];
        foreach (var path in new[] { Path.Combine(models, "stories260K", "stories260K.bin"), Path.Combine(models, "stories260K-hf") })
        {
            using var model = Open(path);
            var generator = new TextGenerator(model, new() { MaxNewTokens = expected.Length - 1 });
            var ids = generator.Ids("");
            CollectionAssert.AreEqual(expected[..1], ids);
            var answer = generator.Generate([ids])[0];
            CollectionAssert.AreEqual(expected[1..], answer.Choices.Select(c => c.Id).ToArray(), path);
            Assert.AreEqual("Once upon a time, there was a little girl named Lily.", answer.Text.TrimStart()[..53]);
        }
    }

    private static int[] Ids(JsonElement json, string key) => [.. json.GetProperty(key).EnumerateArray().Select(n => n.GetInt32())];

    private static GenerationModel Open(string path) => GenerationModel.Open(path, Precision.Float32, ComputeDevice.Cpu);

    private static string Rendered(string folder)
    {
        using var model = Open(folder);
        return model.Chat!.Render(Chat);
    }

    private static string Hash(string folder)
    {
        using var model = Open(folder);
        return model.ContentHash;
    }
}
