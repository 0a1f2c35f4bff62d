using System.Text.RegularExpressions;
using ML.Extensions.Benchmarks;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.House;

/// <summary>The rules of the house: words, arrows, sizes, namespaces.</summary>
[TestClass]
public partial class HouseTest
{
    private const int MaxLines = 400;

    /// <summary>Where each capability's word stands. {0} is the word.</summary>
    private static readonly string[] Places =
    [
        "src/Modeling/{0}", "src/Transforms/{0}", "src/Estimators/{0}/{0}Catalog.cs", "tests/{0}", "docs/{0}.md",
    ];

    /// <summary>Each capability's word, its sample and a benchmark that measures it.</summary>
    private static readonly (string Word, string Sample, string Benchmark)[] Capabilities =
        [("LongText", "LongTextSearch", "retrieval"), ("Generation", "TextGeneration", "decode"), ("GraphKv", "GraphKvAnswers", "graphkv-ttft"), ("Retrieval", "GraphKvAnswers", "retrieval")];

    /// <summary>Files that may be longer, with the reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    /// <summary>Files in other namespaces, with the reason.</summary>
    private static readonly Dictionary<string, string> Strangers = new()
    {
        ["src/Transforms/IgnoresAccessChecksToAttribute.cs"] = "the runtime knows the attribute by its full name",
    };

    public static IEnumerable<(string Word, string Place)> CapabilityPlaces =>
        from c in Capabilities from p in Places.Append($"samples/{c.Sample}")
        select (c.Word, string.Format(System.Globalization.CultureInfo.InvariantCulture, p, c.Word));

    private static string[] Sources =>
        [.. Repository.CodeFiles().Where(f => f.StartsWith("src/", StringComparison.Ordinal))];

    [TestMethod]
    [DynamicData(nameof(CapabilityPlaces))]
    public void Capability_HasItsPlaceUnderItsWord(string word, string place) =>
        Assert.IsTrue(Path.Exists(Full(place)), $"{word} has no {place}.");

    [TestMethod]
    public void Capability_HasABenchmark()
    {
        foreach (var (word, _, benchmark) in Capabilities)
            Assert.IsTrue(BenchmarkList.All.Any(b => b.Name == benchmark), $"{word} has no benchmark '{benchmark}'.");
    }

    [TestMethod]
    public void Modeling_KnowsNoMlNet()
    {
        var known = typeof(EmbeddingModel).Assembly.GetReferencedAssemblies()
            .Where(a => a.Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal)).Select(a => a.Name).ToArray();
        Assert.IsEmpty(known, $"ML.Extensions.Modeling references {string.Join(", ", known)}.");
    }

    [TestMethod]
    public void Transforms_KnowNeitherEstimatorsNorTrainers()
    {
        var upward = Offenders(
            Sources.Where(f => f.StartsWith("src/Transforms/", StringComparison.Ordinal)), UpwardName());
        Assert.IsEmpty(upward, string.Join('\n', upward));
    }

    [TestMethod]
    public void Files_AreShort()
    {
        var files = Repository.CodeFiles().ToArray();
        var tooLong = files.Where(f => Repository.CountLines(f) > MaxLines && !LongFiles.ContainsKey(f)).ToArray();
        Assert.IsEmpty(tooLong, $"Over {MaxLines} lines and not on the list: {string.Join(", ", tooLong)}.");
        var gone = LongFiles.Keys.Except(files).ToArray();
        Assert.IsEmpty(gone, $"On the list of long files, but gone: {string.Join(", ", gone)}.");
    }

    [TestMethod]
    public void Namespaces_AreTheCapabilitys()
    {
        foreach (var file in Sources.Where(f => !Strangers.ContainsKey(f)))
        {
            var found = NamespaceLine().Match(File.ReadAllText(Full(file)));
            if (!found.Success)
                continue; // assembly attributes, global usings
            var name = found.Groups[1].Value;
            var catalog = file.EndsWith("Catalog.cs", StringComparison.Ordinal);
            Assert.IsTrue(
                catalog ? name == "Microsoft.ML" : name == "ML.Extensions" || name.StartsWith("ML.Extensions.", StringComparison.Ordinal),
                $"{file} is in the namespace {name}.");
        }
    }

    [TestMethod]
    public void Sources_HoldNoUnfinishedWork()
    {
        var unfinished = Offenders(Sources, Unfinished());
        Assert.IsEmpty(unfinished, string.Join('\n', unfinished));
    }

    [TestMethod]
    [DataRow("README.md")]
    [DataRow("CHANGELOG.md")]
    [DataRow("LICENSE")]
    [DataRow(".ci/run")]
    [DataRow("eng/test.sh")]
    [DataRow("docs/architecture.md")]
    public void Repository_Has(string file) => Assert.IsTrue(File.Exists(Full(file)), $"{file} is missing.");

    private static string Full(string path) => Path.Combine(Repository.Root, path);

    private static string[] Offenders(IEnumerable<string> files, Regex pattern) =>
    [
        .. from f in files
           from line in File.ReadLines(Full(f)).Index()
           where pattern.IsMatch(line.Item)
           select $"{f}({line.Index + 1}): {line.Item.Trim()}",
    ];

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^(?!\s*///).*\b\w+(Estimator|Trainer)\b")]
    private static partial Regex UpwardName();
}
