using Microsoft.ML;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

/// <summary>The column that shows what a model without any extension sees of a text.</summary>
[TestClass]
public sealed class FirstWindowTest
{
    public static IEnumerable<ContextExtension> Extensions =>
        [ContextExtension.ParallelWindows, ContextExtension.PositionInterpolation(), ContextExtension.None];

    [TestMethod]
    [DynamicData(nameof(Extensions))]
    public void FirstWindow_IsTheTruncatedTextsVector(ContextExtension extension)
    {
        var words = string.Join(' ', Enumerable.Range(0, 90).Select(i => $"alpha{i} rivers carry stones"));
        string[] texts = ["a short one", words, words[..200], words + words];
        var settings = new EmbedderSettings { Extension = extension, Precision = Precision.Float32, FirstWindow = true, ChunkTokens = 100 };
        using var extended = LongTextEmbedder.Open(EmbeddingModel.ArcticXs, settings, ComputeDevice.Cpu);
        using var plain = LongTextEmbedder.Open(
            EmbeddingModel.ArcticXs, settings with { Extension = ContextExtension.None, BeyondLimit = BeyondLimit.Truncate, FirstWindow = false }, ComputeDevice.Cpu);
        foreach (var text in texts) // a batch of several windows may round otherwise than one window does
            Same(plain.Embed([text])[0].Vector, extended.Embed([text])[0].FirstWindow!, text[..11]);
    }

    [TestMethod]
    public void Plan_SharesTheFirstParallelWindow()
    {
        int[] body = [.. Enumerable.Range(10, 50)];
        var planner = new TextPlanner(12, ContextExtension.ParallelWindows, false, 4_096, BeyondLimit.ParallelWindows, [1], [2]);
        var plan = planner.Plan([], body);
        Assert.AreSame(plan.Sequences[0], planner.FirstWindow(plan, [], body));
        var truncated = (planner with { Extension = ContextExtension.None, Beyond = BeyondLimit.Truncate }).Plan([], body);
        CollectionAssert.AreEqual(truncated.Sequences[0].Ids, plan.Sequences[0].Ids);
        var interpolated = planner with { Extension = ContextExtension.PositionInterpolation() };
        var beside = interpolated.FirstWindow(interpolated.Plan([], body), [], body);
        CollectionAssert.AreEqual(truncated.Sequences[0].Ids, beside.Ids);
        Assert.IsNull(beside.Positions);
    }

    [TestMethod]
    public void Column_HoldsAUnitVector()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Samples.Documents(3));
        using var model = ml.Fit(data, new() { Columns = new() { FirstWindow = "First" } });
        var view = model.Transform(data);
        Samples.SameVectors(view.Vectors(), [.. view.GetColumn<float[]>("First")], 1e-6); // short texts: the embedding itself
    }

    private static void Same(float[] expected, float[] actual, string text)
    {
        for (var d = 0; d < expected.Length; d++)
            Assert.AreEqual(expected[d], actual[d], 1e-6, $"{text}, dimension {d}");
    }
}
