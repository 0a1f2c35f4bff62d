using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Training;

namespace ML.Extensions.Tests.Tool;

[TestClass]
public class TrainCommandTest
{
    [TestMethod]
    public async Task TrainEmbedding_WritesAModel_GoesOnAfterAKill()
    {
        using var model = new TinyModel();
        using var folder = new TempFolder();
        var input = folder.Write("pairs.jsonl", string.Concat(Enumerable.Range(0, 40).Select(
            i => JsonSerializer.Serialize(new { query = $"w1 w{i}", positive = $"w2 w{i} w3" }) + "\n")));
        string[] Command(string output) =>
        [
            "train", "embedding", input, "-o", folder[output], "--model", model.Folder, "--epochs", "120", "--rows", "8", "--windows", "2", "--learning-rate", "0.001", "--precision", "Float32",
        ];
        var (code, _, error) = await MlextProcess.Run(Command("whole"));
        Assert.AreEqual(0, code, error);
        using (var process = MlextProcess.Start(Command("killed")))
        {
            while (!Directory.Exists(folder["killed.training"]) || Directory.GetDirectories(folder["killed.training"], "step-*").All(d => d.EndsWith(".tmp", StringComparison.Ordinal)))
            {
                Assert.IsFalse(process.HasExited, "It ended before it could be killed.");
                await Task.Delay(5);
            }

            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.IsFalse(Directory.Exists(folder["killed"]));
        (code, _, error) = await MlextProcess.Run(Command("killed"));
        Assert.AreEqual(0, code, error);
        Assert.IsFalse(Directory.Exists(folder["killed.training"]));
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["whole/model.safetensors"]), File.ReadAllBytes(folder["killed/model.safetensors"]));
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.FromFolder(folder["killed"]), new(), ComputeDevice.Cpu);
        Assert.HasCount(TinyModel.Width, embedder.Embed(["w1"])[0].Vector);
    }

    [TestMethod]
    public async Task TrainEmbedding_NamesWhatIsWrong()
    {
        using var folder = new TempFolder();
        var input = folder.Write("rows.csv", "query,positive\na,b\n");
        var (code, _, error) = await MlextProcess.Run(["train", "embedding", input, "-o", folder["out"], "--score", "grade"]);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "'grade'", StringComparison.Ordinal);
        (code, _, error) = await MlextProcess.Run(["train", "embedding", input, "-o", folder["out"], "--score", "grade", "--masked"]);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "exclude", StringComparison.Ordinal);
        (code, _, error) = await MlextProcess.Run(["train", "embedding", input, "-o", folder["out"], "--windows", "2", "--masked"]);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "--windows 2", StringComparison.Ordinal);
        (code, _, error) = await MlextProcess.Run(["train", "embedding", input, "-o", folder.Root]);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "--overwrite", StringComparison.Ordinal);
        (code, _, error) = await MlextProcess.Run(["train", "embedding", input, "-o", folder["out"], "--other", "positiv"]);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "row 1: there is no field 'positiv'. It has: query, positive.", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task TrainEmbedding_WithLora_WritesModelAndAdapter()
    {
        using var model = new TinyDecoder();
        using var folder = new TempFolder();
        var input = folder.Write("pairs.csv", "query,positive\n" + string.Concat(Enumerable.Range(0, 16).Select(i => $"w1 w{20 + i},w2 w{20 + i} w3\n")));
        var (code, _, error) = await MlextProcess.Run(
        [
            "train", "embedding", input, "-o", folder["tuned"], "--model", model.Folder, "--rows", "8", "--precision", "Float32", "--prompt", "w7 w8 ",
            "--lora-rank", "2", "--lora-projections", "q_proj", "v_proj", "--adapter-output", folder["adapter"],
        ]);
        Assert.AreEqual(0, code, error);
        (code, _, error) = await MlextProcess.Run(["embed", input, "--column", "query", "-o", folder["a.jsonl"], "--model", model.Folder, "--adapter", folder["adapter"], "--precision", "Float32"]);
        Assert.AreEqual(0, code, error);
        (code, _, error) = await MlextProcess.Run(["embed", input, "--column", "query", "-o", folder["b.jsonl"], "--model", model.Folder, "--precision", "Float32"]);
        Assert.AreEqual(0, code, error);
        Assert.AreNotEqual(File.ReadAllText(folder["b.jsonl"]), File.ReadAllText(folder["a.jsonl"]));
        using var merged = LongTextEmbedder.Open(EmbeddingModel.FromFolder(folder["tuned"]), new() { Precision = Precision.Float32 }, ComputeDevice.Cpu);
        using var beside = LongTextEmbedder.Open(model.Model, new() { Precision = Precision.Float32, Adapter = folder["adapter"] }, ComputeDevice.Cpu);
        var (a, b) = (merged.Embed(["w7 w5"])[0].Vector, beside.Embed(["w7 w5"])[0].Vector);
        Assert.IsLessThan(1e-5, a.Zip(b, (x, y) => Math.Abs(x - y)).Max());
    }
}
