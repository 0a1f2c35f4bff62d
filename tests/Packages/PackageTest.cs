using System.Diagnostics;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.Packages;

/// <summary>
/// What a user gets: both libraries packed, a fresh project outside the repository on the packages, one process that
/// saves a pipeline, another that loads it by plain <c>Model.Load</c>.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class PackageTest
{
    // A version of its own: NuGet's cache would go on serving an older build of the same version.
    private readonly string _version = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void FreshProjectOnThePackages_SavesInOneProcessAndLoadsInAnother()
    {
        using var folder = new TempFolder();
        var repository = Repository();
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        Run(repository, "pack", Path.Combine(repository, "ML.Extensions.sln"), "--no-build", "-c", configuration, "-o", folder["feed"], $"-p:PackageVersion={_version}");
        string[] packed = [.. Directory.EnumerateFiles(folder["feed"]).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(new[] { $"ML.Extensions.{_version}.nupkg", $"ML.Extensions.Modeling.{_version}.nupkg", $"ML.Extensions.Models.Answering.{_version}.nupkg", $"ML.Extensions.Models.Default.{_version}.nupkg" }, packed);
        var consumer = Path.Combine(repository, "tests", "Packages", "Consumer");
        folder.Write("app/Program.cs", File.ReadAllText(Path.Combine(consumer, "Program.txt")));
        folder.Write("app/app.csproj", File.ReadAllText(Path.Combine(consumer, "Consumer.xml"))
            .Replace("VERSION", _version, StringComparison.Ordinal).Replace("LIBTORCH", Libtorch(), StringComparison.Ordinal)
            .Replace("LINKS", OperatingSystem.IsWindows() ? "false" : "true", StringComparison.Ordinal));
        folder.Write("app/NuGet.config",
            $"""<configuration><packageSources><add key="packed" value="{folder["feed"]}" /></packageSources></configuration>""");
        try
        {
            Run(folder["app"], "build", "-v", "q");
            var saved = Run(folder["app"], "run", "--no-build", "--", "save");
            var loaded = Run(folder["app"], "run", "--no-build", "--", "load");
            Assert.HasCount(2, Vectors(saved));
            CollectionAssert.AreEqual(Vectors(saved), Vectors(loaded));
            StringAssert.Contains(loaded, "ML.Extensions loaded before Load: False", StringComparison.Ordinal);
            var first = Vectors(saved)[0].Split(' ').Skip(1).Take(2).Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            using var here = LongTextEmbedder.Open(EmbeddingModel.Default, new() { Precision = Precision.Float32 }, ComputeDevice.Cpu);
            var expected = here.Embed(["The quick brown fox jumps over the lazy dog."])[0].Vector;
            Assert.AreEqual(expected[0], first[0], 2e-3); // precision Auto may mean bfloat16 there
            Assert.AreEqual(expected[1], first[1], 2e-3);
        }
        finally
        {
            Forget("ml.extensions");
            Forget("ml.extensions.modeling");
            Forget("ml.extensions.models.default");
        }
    }

    private static string[] Vectors(string output) =>
        [.. output.Split('\n').Where(l => l.StartsWith("vector ", StringComparison.Ordinal))];

    private static string Libtorch() => OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64"
        : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ML.Extensions.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        return folder.FullName;
    }

    // The packages of this run leave NuGet's cache again.
    private void Forget(string package)
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var folder = Path.Combine(cache, package, _version);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private string Run(string folder, params string[] arguments)
    {
        using var process = new Process();
        process.StartInfo = new("dotnet", arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var name in process.StartInfo.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
            || k.StartsWith("CORECLR_", StringComparison.OrdinalIgnoreCase) || k.StartsWith("COVERLET", StringComparison.OrdinalIgnoreCase)).ToArray())
            process.StartInfo.Environment.Remove(name);
        process.StartInfo.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        process.Start();
        var error = process.StandardError.ReadToEndAsync(TestContext.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
#pragma warning disable VSTHRD002 // the process has ended
        Assert.AreEqual(0, process.ExitCode, $"dotnet {string.Join(' ', arguments)}\n{output}\n{error.Result}");
#pragma warning restore VSTHRD002
        return output;
    }
}
