using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>
/// Models in folders: sentence-transformers' of any release, or a plain Hugging Face one, which is pooled by mean and
/// not normalised, as sentence-transformers does with it.
/// </summary>
internal static class FolderModels
{
    private const string Modules = "modules.json";
    private const string Prompts = "config_sentence_transformers.json";

    /// <summary>Opens a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing or wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">A module, mode or activation is not known; the message lists the known.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static EmbeddingCheckpoint Open(string path)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no model folder '{root}'.");
        var modules = File.Exists(Path.Combine(root, Modules)) ? ModuleEntry.Read(root) : null;
        if (modules is not null && modules is not [{ Kind: "Transformer" }, { Kind: "Pooling" }, ..])
        {
            throw new NotSupportedException(
                $"{Modules}: the modules are {string.Join(", ", modules.Select(m => m.Kind))}. Known is Transformer, Pooling, then any of {string.Join(", ", EmbeddingHeads.Known)}.");
        }

        var encoder = modules?[0].Folder ?? root;
        var pooling = modules is null ? new([PoolingMode.Mean], true) : PoolingConfig.Read(modules[1].Folder);
        var opened = new List<IDisposable>();
        try
        {
            var heads = new List<EmbeddingHead>();
            foreach (var module in modules?.Skip(2) ?? [])
            {
                heads.Add(EmbeddingHeads.Open(module));
                opened.Add(heads[^1]);
            }

            var weights = WeightFiles.Open(encoder);
            opened.Add(weights);
            return Create(root, encoder, weights, pooling, heads, FolderFiles.Of(root, modules));
        }
        catch
        {
            opened.ForEach(o => o.Dispose());
            throw;
        }
    }

    private static EmbeddingCheckpoint Create(
        string root, string encoder, Weights weights, PoolingConfig pooling, List<EmbeddingHead> heads, FolderFiles files)
    {
        using var config = JsonFile.Open(Path.Combine(encoder, "config.json"));
        using var text = TransformerSettings.Open(encoder);
        var tokenizer = TokenizerFiles.Open(encoder);
        var (prompts, name, dimensions) = ReadPrompts(root);
        return new()
        {
            Name = Path.GetFileName(root),
            Config = config.RootElement.Clone(),
            Weights = weights,
            Tokenizer = text.Lowercase ? new LowercasingTokenizer(tokenizer) : tokenizer,
            Pooling = pooling.Modes,
            IncludePrompt = pooling.IncludePrompt,
            Heads = heads,
            Prompts = prompts,
            DefaultPromptName = name,
            MaxSequenceLength = text.MaxSequenceLength(config.RootElement),
            TruncateDimensions = dimensions,
            ContentHash = files.Hash(),
        };
    }

    /// <summary>Prompts of the folder; query and document exist always, empty unless given.</summary>
    private static (IReadOnlyDictionary<string, string> Prompts, string? Name, int? Dimensions) ReadPrompts(string root)
    {
        var prompts = new Dictionary<string, string>(StringComparer.Ordinal);
        string? name = null;
        int? dimensions = null;
        if (File.Exists(Path.Combine(root, Prompts)))
        {
            using var json = JsonFile.Open(Path.Combine(root, Prompts));
            if (json.RootElement.Find("prompts") is { } given)
            {
                if (given.ValueKind != JsonValueKind.Object)
                    throw JsonFile.Wrong(Prompts, "prompts", given, "an object of texts");
                foreach (var prompt in given.EnumerateObject())
                    prompts[prompt.Name] = given.Text(prompt.Name, Prompts) ?? "";
            }

            name = json.RootElement.Text("default_prompt_name", Prompts);
            dimensions = json.RootElement.Count("truncate_dim", Prompts);
        }

        prompts.TryAdd("query", "");
        prompts.TryAdd("document", "");
        return name is null || prompts.ContainsKey(name) ? (prompts, name, dimensions) : throw new InvalidDataException(
            $"{Prompts}: default_prompt_name is '{name}'. The prompts are {string.Join(", ", prompts.Keys)}.");
    }
}
