namespace ML.Extensions.Benchmarks;

/// <summary>Where the repository stands, and its own C# files.</summary>
internal static class Repository
{
    private static readonly string[] CodeFolders = ["src", "tests", "samples", "benchmarks", "tools"];

    /// <summary>The folder of ML.Extensions.sln above the running program.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Our C# files, build outputs left out, as paths from the root with '/'.</summary>
    public static IEnumerable<string> CodeFiles()
    {
        foreach (var folder in CodeFolders.Select(f => Path.Combine(Root, f)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            {
                var path = Path.GetRelativePath(Root, file).Replace('\\', '/');
                if (!path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
                    yield return path;
            }
        }
    }

    /// <summary>Lines of a file given from the root.</summary>
    public static int CountLines(string path) => File.ReadLines(Path.Combine(Root, path)).Count();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ML.Extensions.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ML.Extensions.sln.");
    }
}
