namespace ML.Extensions.Tests;

/// <summary>The folder of goldens and data beside the repository; machines without it run the other tests.</summary>
internal static class Shared
{
    /// <summary>Path of ../shared beside the repository's root, or null.</summary>
    public static string? Root { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ML.Extensions.sln")))
                return Path.Combine(folder.Parent!.FullName, "shared") is var path && Directory.Exists(path) ? path : null;
        return null;
    }
}
