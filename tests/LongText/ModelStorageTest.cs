using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

/// <summary>What a saved pipeline keeps of its model, with small folders that sentence-transformers wrote.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class ModelStorageTest
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Weights_LoadAfterTheFolderIsGone_AndLeaveNoFilesBehind()
    {
        if (CopyOfBertMean() is not { } copy)
            return;
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(4));
        float[][] vectors;
        var file = new MemoryStream();
        using (copy)
        using (var model = _ml.Fit(data, Samples.Plain with { Model = EmbeddingModel.FromFolder(copy["bert-mean"]), Storage = ModelStorage.Weights }))
        {
            vectors = model.Transform(data).Vectors();
            _ml.Model.Save(model, data.Schema, file);
        }

        var before = Temporary();
        file.Position = 0;
        var again = new MemoryStream();
        using (var loaded = (LongTextEmbeddingTransformer)_ml.Model.Load(file, out _))
        {
            Samples.SameVectors(vectors, loaded.Transform(data).Vectors(), 1e-6);
            _ml.Model.Save(loaded, data.Schema, again); // a loaded pipeline saves its weights again
        }

        again.Position = 0;
        using (var loaded = (LongTextEmbeddingTransformer)_ml.Model.Load(again, out _))
            Samples.SameVectors(vectors, loaded.Transform(data).Vectors(), 1e-6);
        CollectionAssert.AreEquivalent(before, Temporary());
    }

    [TestMethod]
    public void Reference_ToAChangedFolder_IsRefused()
    {
        if (CopyOfBertMean() is not { } copy)
            return;
        using var _ = copy;
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(2));
        var file = new MemoryStream();
        using (var model = _ml.Fit(data, Samples.Plain with { Model = EmbeddingModel.FromFolder(copy["bert-mean"]) }))
            _ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ((IDisposable)_ml.Model.Load(file, out var _)).Dispose(); // unchanged: it loads
        File.AppendAllText(copy["bert-mean/config.json"], "\n");
        file.Position = 0;
        var e = Assert.Throws<Exception>(() => _ml.Model.Load(file, out var _));
        for (; e is not InvalidDataException; e = e.InnerException)
            Assert.IsNotNull(e.InnerException, e.Message);
        StringAssert.Matches(e.Message, new("bert-mean.*[0-9A-F]{64}.*[0-9A-F]{64}"));
    }

    private static string[] Temporary() => Directory.GetDirectories(Path.GetTempPath(), "mlext-??????");

    private static TempFolder? CopyOfBertMean()
    {
        var source = Shared.Root is null ? "" : Path.Combine(Shared.Root, "goldens", "sentence-transformers", "bert-mean");
        if (!Directory.Exists(source))
            return null;
        var copy = new TempFolder();
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            copy.Write(Path.Combine("bert-mean", Path.GetRelativePath(source, file)), File.ReadAllBytes(file));
        return copy;
    }
}
