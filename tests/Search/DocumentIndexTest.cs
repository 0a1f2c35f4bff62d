using ML.Extensions.LongText;
using ML.Extensions.Search;

namespace ML.Extensions.Tests.Search;

[TestClass]
public class DocumentIndexTest
{
    [TestMethod]
    public void Save_RoundTrips()
    {
        using var folder = new TempFolder();
        Save(folder["x.index"]);
        var entry = DocumentIndex.Open(folder["x.index"], "model").Entries["doc"];
        Assert.AreEqual(("hash", 7), (entry.Hash, entry.Tokens));
        CollectionAssert.AreEqual(new[] { 1f, 2f }, entry.Own);
        CollectionAssert.AreEqual(new[] { 3f }, entry.Extended);
        CollectionAssert.AreEqual(new[] { 4f }, entry.ChunkVectors);
        CollectionAssert.AreEqual(new[] { 0, 5 }, entry.ChunkOffsets);
        Assert.IsFalse(File.Exists(folder["x.index.new"]));
    }

    [TestMethod]
    public void Open_TakesTornAndForeignFilesAsEmpty()
    {
        using var folder = new TempFolder();
        var path = folder["x.index"];
        Save(path);
        var whole = File.ReadAllBytes(path);
        Assert.IsEmpty(DocumentIndex.Open(path, "another model").Entries);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.IsEmpty(DocumentIndex.Open(path, "model").Entries, $"cut to {length} bytes");
        }

        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x40;
            File.WriteAllBytes(path, damaged);
            Assert.IsEmpty(DocumentIndex.Open(path, "model").Entries, $"byte {at} damaged");
        }
    }

    [TestMethod]
    public void Update_RedoesOnlyWhatChanged()
    {
        using var folder = new TempFolder();
        using var embedder = new Embedder(EmbeddingModel.ArcticXs, CancellationToken.None);
        int Update(params SearchDocument[] documents) => Indexer.Update(
            DocumentIndex.Open(folder["x.index"], embedder.Fingerprint), documents, embedder, new(TextWriter.Null, true), CancellationToken.None);
        SearchDocument[] three = [new("a", "cats purr"), new("b", "stars shine"), new("c", "")];
        Assert.AreEqual(3, Update(three));
        Assert.AreEqual(0, Update(three));
        Assert.AreEqual(1, Update(three[0], new("b", "stars burn hydrogen"), three[2]));
        Assert.AreEqual(0, Update(three[0]));
        var index = DocumentIndex.Open(folder["x.index"], embedder.Fingerprint);
        Assert.AreEqual("a", index.Entries.Keys.Single());
        Assert.AreEqual("cats purr", new Searcher(index, three, embedder).Search("a cat", 5).Extended.Single().Passage);
    }

    private static void Save(string path)
    {
        var index = DocumentIndex.Open(path, "model");
        index.Entries["doc"] = new("hash", 7, [1, 2], [3], [4], [0, 5]);
        index.Save();
    }
}
