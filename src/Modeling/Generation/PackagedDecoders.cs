using ML.Extensions.Checkpoints;

namespace ML.Extensions.Generation;

/// <summary>Decoders that are embedded in the assemblies of packages. A path "package:" and the assembly's name stands for one.</summary>
internal static class PackagedDecoders
{
    /// <summary>What such a path begins with.</summary>
    public const string Mark = "package:";

    /// <summary>Files by assembly; each is a resource named as the assembly, ".Resources." and the file.</summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["ML.Extensions.Models.Answering"] = ["config.json", "generation_config.json", "chat_template.jinja", "tokenizer.json", "model.safetensors"],
    };

    /// <summary>Whether a path stands for a package.</summary>
    public static bool IsOne(string path) => path.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>Writes a package's files into a folder that the caller disposes.</summary>
    /// <exception cref="NotSupportedException">The package is not known.</exception>
    /// <exception cref="FileNotFoundException">Its assembly is not beside the program.</exception>
    /// <exception cref="InvalidDataException">A file is missing in it.</exception>
    public static TemporaryFolder Unpack(string path)
    {
        var name = path[Mark.Length..];
        if (!Known.TryGetValue(name, out var files))
            throw new NotSupportedException($"The package '{name}' is not a known decoder. Known: {string.Join(", ", Known.Keys.Select(k => Mark + k))}.");
        var folder = new TemporaryFolder(name);
        try
        {
            foreach (var file in files)
                folder.Write(file, PackageResources.Read(name, file));
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
