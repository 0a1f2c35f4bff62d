using ML.Extensions.LongText;
using ML.Extensions.Retrieval;
using ML.Extensions.Search;
using ML.Extensions.Tests.Generation;
using ML.Extensions.Tool;

namespace ML.Extensions.Tests.Tool;

[TestClass]
public class AnswerCommandTest
{
    [TestMethod]
    public async Task Answer_TellsSourcesAndCost()
    {
        using var model = new TinyModel(chat: false, window: 4096);
        using var folder = new TempFolder();
        folder.Write("docs/cats.md", "Cats purr. See [dogs](dogs.md).");
        folder.Write("docs/dogs.md", "Dogs bark.");
        string[] Arguments(params string[] more) =>
            ["answer", folder["docs"], "Do cats purr?", "--model", model.Folder, "--index", folder["x.index"], "--max-tokens", "5", "--cache", folder["kv"], .. more];
        var (code, output, error) = await MlextProcess.Run(Arguments("--plan", "edges")).ConfigureAwait(false);
        Assert.AreEqual(0, code, error);
        Assert.Contains("Indexed 2 of 2 documents", error);
        Assert.StartsWith("graph-edges: ", output);
        Assert.Contains("0 tokens reused", output);
        Assert.Contains("ms to the first token", output);
        Assert.MatchesRegex(@"\d\.\d %  cats\.md \(0\.\d\d\) <- dogs\.md", output);
        Assert.IsNotEmpty(Directory.GetFiles(folder["kv"], "*.kv"));

        (code, output, error) = await MlextProcess.Run(["answer", folder["x.index"], "Do cats purr?", "--model", model.Folder, "--max-tokens", "3", "--cache", folder["kv"], "--compare"]).ConfigureAwait(false);
        Assert.AreEqual(0, code, error);
        Assert.AreEqual("", error);
        foreach (var plan in new[] { "sequential: ", "block: ", "pcw: ", "ape(0.9, 0.9): ", "graph-top-3: ", "graph-star: ", "cacheblend(0.16): ", "pine: " })
            Assert.Contains(plan, output);
        Assert.IsFalse(output.Contains("graph-edges: \n  0 tokens reused", StringComparison.Ordinal), "cached by the run before");
    }

    [TestMethod]
    public async Task Processes_ShareACacheAndAnswerAlike()
    {
        using var model = new TinyModel(chat: false, window: 4096);
        using var folder = new TempFolder();
        for (var n = 0; n < 6; n++)
            folder.Write($"docs/{n}.txt", string.Join(' ', Enumerable.Range(0, 12).Select(i => $"w{(n * 3) + (i % 7) + 3}")));
        DocumentIndexer.Update(folder["x.index"], FolderDocuments.Read(folder["docs"], _ => { }), EmbeddingModel.Default);
        string[] arguments = ["answer", folder["x.index"], "w7 w8", "--model", model.Folder, "--max-tokens", "12", "--cache", folder["kv"], "--plan", "full"];
        var both = await Task.WhenAll(MlextProcess.Run(arguments), MlextProcess.Run(arguments)).ConfigureAwait(false); // reading and writing one store at once
        var again = await MlextProcess.Run(arguments).ConfigureAwait(false); // a restart
        string Answer((int ExitCode, string Output, string Error) run)
        {
            Assert.AreEqual(0, run.ExitCode, run.Error);
            return run.Output[..run.Output.IndexOf('\n', StringComparison.Ordinal)];
        }

        Assert.AreEqual(Answer(both[0]), Answer(both[1]));
        Assert.AreEqual(Answer(both[0]), Answer(again), "through the disk, in another process");
        Assert.IsGreaterThan("graph-full: ".Length + 5, Answer(again).Length);
        Assert.HasCount(13, Directory.GetFiles(folder["kv"]), "prefix, six segments by themselves and as targets, and nothing unfinished");
        Assert.DoesNotContain(" 0 tokens reused", again.Output);
    }

    [TestMethod]
    [TestCategory("Shared")]
    public async Task SmolLM_AnswersAlikeAfterARestart()
    {
        if (Shared.Root is null)
            return;
        using var folder = new TempFolder();
        DocumentIndexer.Update(folder["x.index"], [new("cats", "Cats purr when they are content."), new("dogs", "Dogs bark at the moon.")], EmbeddingModel.Default);
        var file = Path.Combine(Shared.Root, "data", "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        string[] arguments = ["answer", folder["x.index"], "When do cats purr?", "--model", file, "--max-tokens", "8", "--cache", folder["kv"], "--plan", "full"];
        var first = await MlextProcess.Run(arguments).ConfigureAwait(false);
        Assert.AreEqual(0, first.ExitCode, first.Error);
        Assert.Contains(" 0 tokens reused", first.Output);
        var again = await MlextProcess.Run(arguments).ConfigureAwait(false); // another process, from the disk
        Assert.AreEqual(0, again.ExitCode, again.Error);
        Assert.DoesNotContain(" 0 tokens reused", again.Output);
        string Answer(string output) => output[..output.IndexOf('\n', StringComparison.Ordinal)];
        Assert.AreEqual(Answer(first.Output), Answer(again.Output));
        Assert.IsGreaterThan("graph-full: ".Length + 5, Answer(again.Output).Length);
    }

    [TestMethod]
    public async Task Interrupt_EndsTheAnswerAndReportsIt()
    {
        if (OperatingSystem.IsWindows())
            return; // no way to send Ctrl+C to one process alone
        using var model = new TinyModel(chat: false, window: 100_000);
        model.Write("generation_config.json", "{\"eos_token_id\":[999]}");
        using var folder = new TempFolder();
        DocumentIndexer.Update(folder["x.index"], [new("a", "w8 w9")], EmbeddingModel.Default);
        using var process = MlextProcess.Start("answer", folder["x.index"], "w7", "--model", model.Folder, "--max-tokens", "99000", "--plan", "block", "--repetition-penalty", "1.3", "--temperature", "1");
        var (output, error) = ("", process.StandardError.ReadToEndAsync());
        var buffer = new char[64];
        while (output.Length < "block: ".Length + 20 && await process.StandardOutput.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
            output += new string(buffer, 0, read);
        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync().ConfigureAwait(false);
        output += await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        Assert.AreEqual(ExitCodes.Cancelled, process.ExitCode, await error.ConfigureAwait(false));
        Assert.StartsWith("block: ", output);
        Assert.Contains("ms to the first token", output);
    }

    [TestMethod]
    public async Task Answer_SaysWhatIsWrong()
    {
        using var model = new TinyModel();
        async Task Fails(int expected, string message, params string[] arguments)
        {
            var (code, _, error) = await MlextProcess.Run(["answer", .. arguments]).ConfigureAwait(false);
            Assert.AreEqual(expected, code, error);
            Assert.Contains(message, error);
        }

        await Fails(ExitCodes.Failed, "There is no model", "nowhere", "q", "--model", "none.gguf").ConfigureAwait(false);
        await Fails(ExitCodes.Failed, "The folder 'nowhere' is not there", "nowhere", "q", "--model", model.Folder).ConfigureAwait(false);
        await Fails(ExitCodes.Failed, "No plan is named 'top'", "nowhere", "q", "--model", model.Folder, "--plan", "top").ConfigureAwait(false);
        await Fails(ExitCodes.Failed, "damaged, or no index", Path.Combine(model.Folder, "config.json"), "q", "--model", model.Folder).ConfigureAwait(false);
        await Fails(ExitCodes.Failed, "The folder 'nowhere' is not there", "nowhere", "q").ConfigureAwait(false); // the small model is the default
        await Fails(ExitCodes.Usage, "question", "nowhere").ConfigureAwait(false);
    }
}
