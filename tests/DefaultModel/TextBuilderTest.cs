using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Tests.DefaultModel;

[TestClass]
public class TextBuilderTest
{
    [TestMethod]
    public void Add_LeavesALongLineOutThatStoodInAnEarlierDocument()
    {
        var line = string.Join(' ', Enumerable.Repeat("abcdef", 12));
        var builder = new TextBuilder(TinyText.Tokenizer);
        builder.Add(TinyText.Source, [new("one", line + "\nshort line that stays")]);
        builder.Add(TinyText.Source, [new("two", line + "\nshort line that stays")]);
        var (first, second) = (builder.Build().Documents[0], builder.Build().Documents[1]);
        Assert.AreEqual(12 * 6, first.Count - second.Count);
    }

    [TestMethod]
    public void Add_MakesAPairOfAHeadingAndWhatFollows()
    {
        var builder = new TextBuilder(TinyText.Tokenizer);
        builder.Add(TinyText.Source, [new("one", "alpha\nbeta gamma delta\n\n" + string.Join(' ', Enumerable.Repeat("word", 30)))]);
        var text = builder.Build();
        var pair = text.Pairs.Single(p => p.HeadingCount == 5);
        Assert.AreEqual(14, pair.BodyCount);
        CollectionAssert.AreEqual(TinyText.Tokens.Bare("alpha"), text.Ids(pair.Heading, pair.HeadingCount));
        Assert.IsTrue(text.Begins(pair.Heading) && !text.Begins(pair.Heading + 1) && text.Begins(pair.Heading + 5));
    }

    [TestMethod]
    public void Add_StopsAtTheSourcesTokens()
    {
        var builder = new TextBuilder(TinyText.Tokenizer);
        var share = builder.Add(TinyText.Source with { MostTokens = 100 }, [.. Enumerable.Range(0, 50).Select(i => new IndexedDocument($"{i}", new string('a', 50) + i))]);
        Assert.IsTrue(share.Tokens is >= 100 and < 160, $"{share.Tokens} tokens");
    }

    [TestMethod]
    public void Save_IsReadBack()
    {
        using var folder = new TempFolder();
        var text = TinyText.Build(20);
        text.Save(folder.Root);
        var read = TrainingText.Open(folder.Root);
        CollectionAssert.AreEqual(text.Ids(0, text.Count), read.Ids(0, read.Count));
        CollectionAssert.AreEqual(text.Documents.ToArray(), read.Documents.ToArray());
        CollectionAssert.AreEqual(text.Pairs.ToArray(), read.Pairs.ToArray());
        Assert.AreEqual(text.Shares[0], read.Shares[0]);
    }

    [TestMethod]
    [DataRow("npm:@tiny/text@1.0.0", "npm", "@tiny/text", "1.0.0")]
    [DataRow("nuget:Tiny.Text@2.0", "nuget", "Tiny.Text", "2.0")]
    [DataRow("debian:tiny-doc", "debian", "tiny-doc", "")]
    public void Source_SaysRegistryPackageAndVersion(string origin, string registry, string package, string version)
    {
        var source = TinyText.Source with { Origin = origin };
        Assert.AreEqual((registry, package, version), (source.Registry, source.Package, source.Version));
    }
}
