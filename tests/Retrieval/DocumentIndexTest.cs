using ML.Extensions.LongText;
using ML.Extensions.Retrieval;
using ML.Extensions.Search;

namespace ML.Extensions.Tests.Retrieval;

[TestClass]
public class DocumentIndexTest
{
    [TestMethod]
    public void Save_RoundTrips()
    {
        using var folder = new TempFolder();
        Save(folder["x.index"]);
        var entry = DocumentIndex.Open(folder["x.index"], "model").Entries["doc"];
        Assert.AreEqual(("text", 7), (entry.Text, entry.Tokens));
        CollectionAssert.AreEqual(new[] { "a", "b" }, entry.Links.ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2f }, entry.Own);
        CollectionAssert.AreEqual(new[] { 3f }, entry.Extended);
        CollectionAssert.AreEqual(new[] { 4f }, entry.ChunkVectors);
        CollectionAssert.AreEqual(new[] { 0, 5 }, entry.ChunkOffsets);
        Assert.IsFalse(File.Exists(folder["x.index.new"]));
    }

    [TestMethod]
    public void TornAndForeignFiles_AreEmptyToOpenAndErrorsToLoad()
    {
        using var folder = new TempFolder();
        var path = folder["x.index"];
        Assert.Contains("There is no index", Assert.ThrowsExactly<FileNotFoundException>(() => DocumentIndex.Load(path)).Message);
        Save(path);
        var whole = File.ReadAllBytes(path);
        Assert.IsEmpty(DocumentIndex.Open(path, "another model").Entries);
        Assert.Contains("another model", Assert.ThrowsExactly<InvalidDataException>(() => DocumentIndex.Load(path, "another model")).Message);
        void Damaged(byte[] bytes, string what)
        {
            File.WriteAllBytes(path, bytes);
            Assert.IsEmpty(DocumentIndex.Open(path, "model").Entries, what);
            Assert.Contains("damaged", Assert.ThrowsExactly<InvalidDataException>(() => DocumentIndex.Load(path)).Message, what);
        }

        for (var length = 0; length < whole.Length; length++)
            Damaged(whole[..length], $"cut to {length} bytes");
        for (var at = 0; at < whole.Length; at++)
            Damaged([.. whole[..at], (byte)(whole[at] ^ 0x40), .. whole[(at + 1)..]], $"byte {at} damaged");
    }

    [TestMethod]
    public void Load_BelievesNoCount()
    {
        using var folder = new TempFolder();
        var path = folder["x.index"];
        Save(path);
        var whole = File.ReadAllBytes(path);
        for (var at = 32; at + 4 <= whole.Length; at++) // a huge number anywhere, under a checksum that fits
        {
            byte[] body = [.. whole[32..at], 255, 255, 255, 127, .. whole[(at + 4)..]];
            File.WriteAllBytes(path, [.. System.Security.Cryptography.SHA256.HashData(body), .. body]);
            try
            {
                DocumentIndex.Load(path);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(path, e.Message);
            }
        }
    }

    [TestMethod]
    public void Update_RedoesOnlyWhatChanged()
    {
        using var folder = new TempFolder();
        using var embedder = new DocumentEmbedder(EmbeddingModel.ArcticXs);
        int Update(params IndexedDocument[] documents) =>
            DocumentIndexer.Update(DocumentIndex.Open(folder["x.index"], embedder.Fingerprint), documents, embedder, null, CancellationToken.None);
        IndexedDocument[] three = [new("a", "cats purr"), new("b", "stars shine"), new("c", "")];
        Assert.AreEqual(3, Update(three));
        Assert.AreEqual(0, Update(three));
        Assert.AreEqual(1, Update(three[0], new("b", "stars burn hydrogen"), three[2]));
        Assert.AreEqual(0, Update(three[0] with { Links = ["b"] }));
        var index = DocumentIndex.Open(folder["x.index"], embedder.Fingerprint);
        Assert.AreEqual("a", index.Entries.Keys.Single());
        Assert.AreEqual("b", index.Entries["a"].Links.Single());
        Assert.AreEqual("cats purr", new Searcher(index, embedder).Search("a cat", 5).Extended.Single().Passage);
        Assert.Contains("'a'", Assert.ThrowsExactly<ArgumentException>(() => Update(three[0], three[0])).Message);
    }

    private static void Save(string path)
    {
        var index = DocumentIndex.Open(path, "model");
        index.Entries["doc"] = new("text", ["a", "b"], 7, [1, 2], [3], [4], [0, 5]);
        index.Save();
    }
}
