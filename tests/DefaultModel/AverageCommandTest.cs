using ML.Extensions.Checkpoints;
using ML.Extensions.DefaultModel;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.DefaultModel;

[TestClass]
public class AverageCommandTest
{
    [TestMethod]
    public void Write_MakesWeightsBetweenBothAndKeepsWhatTheyShareToTheBit()
    {
        using var folder = new TempFolder();
        using var scope = NewDisposeScope();
        Tensor Words() => tensor(new[] { 0.1f, 0.2f, 0.3f });
        void Model(string name, float value)
        {
            folder.Write(name + "/config.json", "{}");
            SafetensorsWriter.Write(folder[name + "/model.safetensors"], new Dictionary<string, Tensor> { ["words"] = Words(), ["layer"] = full(2, value) });
        }

        Model("one", 1);
        Model("two", 3);
        AverageCommand.Write(folder["one"], folder["two"], 0.75, folder["between"]);
        using var between = new SafetensorsFile(folder["between/model.safetensors"]);
        CollectionAssert.AreEqual(new[] { 2.5f, 2.5f }, between.Read("layer").data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 0.1f, 0.2f, 0.3f }, between.Read("words").data<float>().ToArray());
        Assert.IsTrue(File.Exists(folder["between/config.json"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AverageCommand.Write(folder["one"], folder["two"], 1.5, folder["no"]));
    }
}
