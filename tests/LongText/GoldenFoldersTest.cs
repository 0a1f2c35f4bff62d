using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.LongText;

/// <summary>Folders that sentence-transformers wrote, or wrote in older releases, against its own results: every run of every folder.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenFoldersTest
{
    public static IEnumerable<string> Cases => Shared.Root is null ? []
        : Directory.EnumerateDirectories(Root).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    public TestContext TestContext { get; set; } = null!;

    private static string Root => Path.Combine(Shared.Root!, "goldens", "sentence-transformers");

    [TestMethod, DynamicData(nameof(Cases))]
    public void Embed_EqualsSentenceTransformers(string name)
    {
        var check = new GoldenCheck();
        GoldenFolder.Compare(Path.Combine(Root, name), check);
        TestContext.WriteLine($"{name}: {check.Count} comparisons, largest error {check.Largest:e1}");
        Assert.IsGreaterThan(2, check.Count);
    }
}
