using ML.Extensions.Tests.Generation;
using ML.Extensions.Tool;

namespace ML.Extensions.Tests.Tool;

[TestClass]
public class GenerateCommandTest
{
    [TestMethod]
    public async Task Generate_WritesTheAnswer()
    {
        using var folder = new TinyModel();
        string[] arguments = ["generate", "--model", folder.Folder, "--prompt", "-", "--system", "w7", "--max-tokens", "6", "--temperature", "0.8", "--seed", "2"];
        var (code, output, error) = await MlextProcess.Run(arguments, "w8 w9").ConfigureAwait(false);
        Assert.AreEqual(0, code, error);
        Assert.IsGreaterThan(0, output.Trim().Length);
        Assert.IsTrue(output.Trim().Split(' ').All(w => w is "user" or "system" || w.StartsWith('w')), output);
    }

    [TestMethod]
    public async Task Generate_SaysWhatIsWrong()
    {
        var (code, _, error) = await MlextProcess.Run(["generate", "--model", "nowhere.gguf", "--prompt", "a"]).ConfigureAwait(false);
        Assert.AreEqual(ExitCodes.Failed, code);
        Assert.Contains("There is no model at 'nowhere.gguf'", error);
        (code, _, error) = await MlextProcess.Run(["generate", "--prompt", "a"]).ConfigureAwait(false);
        Assert.AreEqual(ExitCodes.Usage, code, error);
    }
}
