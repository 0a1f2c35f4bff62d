using ML.Extensions.Search;

namespace ML.Extensions.Tests.Search;

[TestClass]
public class FolderDocumentsTest
{
    [TestMethod]
    public void Read_TakesTextMarkdownAndHtml()
    {
        using var folder = new TempFolder();
        folder.Write("b.md", "# Title");
        folder.Write("sub/a.txt", "plain");
        folder.Write("c.html", "<html><head><title>T</title><style>p{}</style></head><body><p>One &amp; two</p><script>no()</script></body></html>");
        folder.Write("d.bin", "no");
        folder.Write("empty.txt", " \n");
        folder.Write("picture.txt", "GIF\0\u0001");
        var leftOut = new List<string>();
        var documents = FolderDocuments.Read(folder.Root, leftOut.Add);
        CollectionAssert.AreEqual(new[] { "empty.txt is left out: it is empty.", "picture.txt is left out: it is no text, it holds zero bytes." }, leftOut);
        CollectionAssert.AreEqual(
            new[] { new SearchDocument("b.md", "# Title"), new SearchDocument("c.html", "T\nOne & two"), new SearchDocument("sub/a.txt", "plain") },
            documents.ToArray());
    }

    [TestMethod]
    public void Read_SaysThatNothingIsThere()
    {
        using var folder = new TempFolder();
        Assert.ThrowsExactly<InvalidDataException>(() => FolderDocuments.Read(folder.Root, _ => { }));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => FolderDocuments.Read(folder["none"], _ => { }));
    }
}
