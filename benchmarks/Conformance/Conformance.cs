using ML.Extensions.Checkpoints;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: everything that the goldens hold comes out of our own code, within the tolerances of their README.</summary>
internal static class Conformance
{
    private const string Models = "models", Layouts = "layouts", Tokenizers = "tokenizers", Folders = "folders";

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "goldens", "only", "output");
        var root = arguments.Text("goldens", Path.Combine(Repository.Root, "..", "shared", "goldens"));
        if (!Directory.Exists(root))
            throw new ArgumentException($"There is no folder '{root}'. Name the goldens' with --goldens.");
        var areas = arguments.Texts("only", $"{Models},{Layouts},{Tokenizers},{Folders}");
        var cases = All(root, areas).Select(run => run()).ToArray();
        foreach (var failed in cases.Where(c => !c.Passed))
            Console.WriteLine($"{failed.Area} {failed.Name}: {failed.Why}");
        if (arguments.Text("output", areas.Length == 4 ? Path.Combine(Repository.Root, "docs", "results", "conformance.md") : "") is { Length: > 0 } path)
            File.WriteAllText(path, ConformanceReport.Page(cases));
        int Count(bool passed, params string[] of) => cases.Count(c => of.Contains(c.Area) && c.Passed == passed);
        ResultLine.Write(
            "conformance",
            ("families", cases.Where(c => c.Area == Models).GroupBy(c => c.Name.Split('/')[0]).Count(f => f.All(c => c.Passed))),
            ("cases_passed", Count(true, Models, Layouts)), ("cases_failed", Count(false, Models, Layouts)),
            ("tokenizers_passed", Count(true, Tokenizers)), ("tokenizers_failed", Count(false, Tokenizers)),
            ("folders_passed", Count(true, Folders)), ("folders_failed", Count(false, Folders)));
        return 0;
    }

    /// <summary>Every case of some areas, to be run one by one.</summary>
    internal static IEnumerable<Func<ConformanceCase>> All(string root, IReadOnlyList<string> areas)
    {
        var all = ModelCases(Path.Combine(root, "models"))
            .Concat(TokenizerCases(Path.Combine(root, "tokenizers")))
            .Concat(Directories(Path.Combine(root, "sentence-transformers"), "golden.safetensors").Select(f => (Folders, f, (Action<GoldenCheck>)(check => GoldenFolder.Compare(Path.Combine(root, "sentence-transformers", f), check)))));
        return all.Where(c => areas.Contains(c.Item1)).Select(c => (Func<ConformanceCase>)(() => ConformanceCase.Of(c.Item1, c.Item2, c.Item3)));
    }

    private static IEnumerable<(string Area, string Name, Action<GoldenCheck> Run)> ModelCases(string root)
    {
        foreach (var config in Directory.EnumerateFiles(root, "config*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var (folder, name) = (Path.GetDirectoryName(config)!, Path.GetRelativePath(root, config).Replace('\\', '/'));
            var layout = name.StartsWith("layouts/", StringComparison.Ordinal);
            if (name.Contains("malicious", StringComparison.Ordinal) || !File.Exists(Path.Combine(folder, "golden.safetensors")))
                continue;
            yield return (layout ? Layouts : Models, (layout ? name["layouts/".Length..] : name).Replace("/config.json", "", StringComparison.Ordinal), check => GoldenModel.Compare(config, check));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "layouts", "malicious-bin"), "*.bin", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            yield return (Layouts, Path.GetRelativePath(Path.Combine(root, "layouts"), file).Replace('\\', '/'), check => Refused(file, check));
    }

    private static IEnumerable<(string Area, string Name, Action<GoldenCheck> Run)> TokenizerCases(string root)
    {
        foreach (var name in Directories(root, "golden.jsonl", "golden.sentencepiece.jsonl"))
        {
            var folder = Path.Combine(root, name);
            yield return (Tokenizers, name, name.Split('/')[0] switch
            {
                "normalizers" => check => GoldenParts.Normalizer(folder, check),
                "pretokenizers" => check => GoldenParts.PreTokenizer(folder, check),
                _ => check => GoldenTokenizer.Compare(folder, check),
            });
        }
    }

    /// <summary>A pickle that calls code has to be refused by the name of what it calls.</summary>
    private static void Refused(string file, GoldenCheck check)
    {
        try
        {
            new PickleWeights(file).Dispose();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            check.Same("refused", [true], [e.Message.Contains("system", StringComparison.Ordinal) || e.Message.Contains("exec", StringComparison.Ordinal) || e.Message.Contains("eval", StringComparison.Ordinal)]);
            return;
        }

        throw new InvalidDataException("it was read");
    }

    private static IEnumerable<string> Directories(string root, params string[] files) => files
        .SelectMany(f => Directory.EnumerateFiles(root, f, SearchOption.AllDirectories))
        .Select(f => Path.GetRelativePath(root, Path.GetDirectoryName(f)!).Replace('\\', '/')).Distinct().Order(StringComparer.Ordinal);
}
