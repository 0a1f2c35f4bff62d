using ML.Extensions.AnsweringModel.Training;
using ML.Extensions.AnsweringModel.Vocabulary;
using ML.Extensions.GraphKv;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.AnsweringModel;

[TestClass]
public class StartModelTest
{
    [TestMethod]
    public void Start_CopiesBeforeItIsTrained()
    {
        using var folder = new TempFolder();
        TokenizerWriter.Write(folder["tokenizer.json"], BpeTrainer.Train(new Dictionary<string, long>(), [TokenizerWriter.End], 257));
        StartModel.Write(folder.Root, new(1_000), seed: 1);
        using var model = AnswerModel.Open(folder.Root, new());
        var identity = new ModelIdentity(model.Decoder.Spec, model.Decoder.Precision, CPU, "start");
        var random = new Random(4);
        int[] ids = [.. Enumerable.Range(1, 999)];
        random.Shuffle(ids);
        int[] said = ids[..60];
        AnsweredQuestion[] questions = [.. Enumerable.Range(20, 30).Select(n => new AnsweredQuestion([.. said, .. said[..n]], [said[n]]))];
        var packed = new AnswerExample([], [], questions).Pack(identity, [], GraphKvPlan.Sequential);
        var right = new AnswerStep(model.Decoder, 100_000).Measure([packed])[0].Count(s => s.Right);
        Assert.IsGreaterThan(20, right, "of 30 tokens that stood before, in a random order");
    }

    [TestMethod]
    public void Write_GivesTheSameWeightsForTheSameSeed()
    {
        using var folder = new TempFolder();
        foreach (var (name, seed) in new[] { ("a", 1), ("b", 1), ("c", 2) })
            StartModel.Write(folder[name], new(300), seed);
        byte[] Read(string name) => File.ReadAllBytes(Path.Combine(folder[name], "model.safetensors"));
        CollectionAssert.AreEqual(Read("a"), Read("b"));
        CollectionAssert.AreNotEqual(Read("a"), Read("c"));
    }
}
