using System.Security.Cryptography;
using System.Text;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>The files of a folder that decide its embeddings.</summary>
/// <param name="Root">The model's folder.</param>
/// <param name="Names">Paths inside it, with '/', sorted.</param>
internal sealed record FolderFiles(string Root, IReadOnlyList<string> Names)
{
    private static readonly string[] TopFiles = ["modules.json", "config_sentence_transformers.json"];

    private static readonly string[] EncoderFiles =
    [
        "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.txt", "vocab.json", "merges.txt", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", .. TransformerSettings.FileNames,
    ];

    /// <summary>Lists them.</summary>
    /// <param name="root">The model's folder.</param>
    /// <param name="modules">Its modules; null for a plain folder.</param>
    public static FolderFiles Of(string root, IReadOnlyList<ModuleEntry>? modules)
    {
        var encoder = modules?[0] ?? new ModuleEntry("", "", root);
        var names = new List<(string Folder, string Name)>();
        names.AddRange(TopFiles.Select(n => ("", n)));
        names.AddRange(EncoderFiles.Concat(WeightFiles.Names(encoder.Folder)).Select(n => (encoder.Path, n)));
        foreach (var module in modules?.Skip(1) ?? [])
        {
            names.Add((module.Path, "config.json"));
            if (module.Kind is "Dense" or "LayerNorm")
                names.AddRange(WeightFiles.Names(module.Folder).Select(n => (module.Path, n)));
        }

        return new(root, [.. names
            .Select(n => n.Folder.Length == 0 ? n.Name : n.Folder.Replace('\\', '/') + "/" + n.Name)
            .Where(n => File.Exists(System.IO.Path.Combine(root, n)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Lists the files of a model's folder, or of a model that is one file.</summary>
    public static FolderFiles Of(string folder)
    {
        if (FileModel.Find(folder) is { } file)
        {
            var model = FileModel.Open(file);
            model.Weights.Dispose();
            return new(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!, model.Files);
        }

        var root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        return Of(root, File.Exists(System.IO.Path.Combine(root, TopFiles[0])) ? ModuleEntry.Read(root) : null);
    }

    /// <summary>Contents by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Read() =>
        Names.ToDictionary(n => n, n => File.ReadAllBytes(System.IO.Path.Combine(Root, n)), StringComparer.Ordinal);

    /// <summary>SHA-256 over each file's name, length and content, upper-case hexadecimal.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in Names)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            using var stream = File.OpenRead(System.IO.Path.Combine(Root, name));
            hash.AppendData(BitConverter.GetBytes((long)utf8.Length));
            hash.AppendData(utf8);
            hash.AppendData(BitConverter.GetBytes(stream.Length));
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
