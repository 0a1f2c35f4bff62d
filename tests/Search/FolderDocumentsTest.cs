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
            new[] { ("b.md", "# Title"), ("c.html", "T\nOne & two"), ("sub/a.txt", "plain") }, documents.Select(d => (d.Id, d.Text)).ToArray());
    }

    [TestMethod]
    public void Links_AreThoseOfMarkdownAndHtml()
    {
        using var folder = new TempFolder();
        folder.Write("sub/a.md", "[b](../b.html#part \"title\"), [self](a.md), [web](https://x.org/c.md), [out](../../etc/passwd), [c](<c%20d.md>)");
        folder.Write("b.html", "<p><a href='sub/a.md'>a</a> <a href=\"/root.html\">r</a></p>");
        folder.Write("t.txt", "[b](b.html)");
        var documents = FolderDocuments.Read(folder.Root, _ => { }).ToDictionary(d => d.Id, d => string.Join(' ', d.Links));
        Assert.AreEqual("b.html sub/c d.md", documents["sub/a.md"]);
        Assert.AreEqual("sub/a.md", documents["b.html"]);
        Assert.AreEqual("", documents["t.txt"]);
    }

    [TestMethod]
    public void Read_SaysThatNothingIsThere()
    {
        using var folder = new TempFolder();
        Assert.ThrowsExactly<InvalidDataException>(() => FolderDocuments.Read(folder.Root, _ => { }));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => FolderDocuments.Read(folder["none"], _ => { }));
    }
}
