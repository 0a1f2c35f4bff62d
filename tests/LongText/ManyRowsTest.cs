using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Extensions.LongText;
using TorchSharp;

namespace ML.Extensions.Tests.LongText;

/// <summary>Long views and long lives: memory stays where it is.</summary>
[TestClass]
[DoNotParallelize] // tensor counts and the process's memory are global
public sealed class ManyRowsTest
{
    // A tiny model where there is one: the subject is what happens around it.
    private static readonly LongTextEmbeddingOptions Small = Shared.Root is { } root
        && Path.Combine(root, "goldens", "sentence-transformers", "bert-mean") is var folder && Directory.Exists(folder)
        ? Samples.Plain with { Model = EmbeddingModel.FromFolder(folder) } : Samples.Plain;

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void MillionRowFile_IsReadLazily()
    {
        using var folder = new TempFolder();
        using (var writer = new StreamWriter(folder["rows.tsv"]))
        {
            for (var i = 0; i < 1_000_000; i++)
                writer.WriteLine($"{i}\trow number {i} of a long file");
        }

        var data = _ml.Data.LoadFromTextFile(
            folder["rows.tsv"], [new("Id", DataKind.Int32, 0), new("Text", DataKind.String, 1)]);
        using var model = _ml.Fit(data, Small);
        var view = model.Transform(data);
        using var cursor = view.GetRowCursor(view.Schema);
        var vector = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Embedding"]);
        VBuffer<float> value = default;
        long after = 0;
        for (var row = 0; row < 1_500; row++)
        {
            Assert.IsTrue(cursor.MoveNext());
            vector(ref value);
            if (row == 500)
                after = Resident();
        }

        Assert.AreEqual(model.Dimensions, value.Length);
        Assert.IsLessThan(after + (100L << 20), Resident(), "resident bytes");
    }

    [TestMethod]
    public void ThousandTransforms_LeaveNothingBehind()
    {
        var data = _ml.Data.LoadFromEnumerable([new Document { Text = "one" }, new Document { Text = "two words" }]);
        using var model = _ml.Fit(data, Small);
        var passes = Small == Samples.Plain ? 100 : 1_000;
        for (var i = 0; i < 100; i++)
            model.Transform(data).Vectors();
        var (tensors, resident) = (torch.Tensor.TotalCount, Resident());
        for (var i = 0; i < passes; i++)
            model.Transform(data).Vectors();
        Assert.IsLessThanOrEqualTo(tensors, torch.Tensor.TotalCount); // fewer where others' are finalised meanwhile
        Assert.IsLessThan(resident + (100L << 20), Resident(), "resident bytes");
    }

    [TestMethod]
    public void FitAndDispose_FreeTheWeights()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(1));
        _ml.Fit(data).Dispose();
        var tensors = torch.Tensor.TotalCount;
        for (var i = 0; i < 3; i++)
            _ml.Fit(data).Dispose();
        Assert.IsLessThanOrEqualTo(tensors, torch.Tensor.TotalCount); // fewer where others' are finalised meanwhile
    }

    private static long Resident()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
