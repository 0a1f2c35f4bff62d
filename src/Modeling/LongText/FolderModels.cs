using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Encoders;
using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>
/// Models in folders: sentence-transformers' of any release, static embeddings among them, or a plain Hugging Face one, which is pooled by mean and
/// not normalised, as sentence-transformers does with it.
/// </summary>
internal static class FolderModels
{
    private const string Modules = "modules.json";
    private static readonly JsonElement StaticConfig = JsonSerializer.SerializeToElement(new { model_type = StaticEmbedding.Family });

    /// <summary>Opens a folder, or a GGUF or llama2.c file.</summary>
    /// <exception cref="InvalidDataException">A file is missing or wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">A module, mode or activation is not known; the message lists the known.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static EmbeddingCheckpoint Open(string path)
    {
        if (FileModel.Find(path) is { } file)
            return OpenFile(Path.GetFullPath(file));
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no model folder '{root}'.");
        var modules = File.Exists(Path.Combine(root, Modules)) ? ModuleEntry.Read(root) : null;
        var isStatic = modules is [{ Kind: "StaticEmbedding" }, ..];
        if (modules is not null && !isStatic && modules is not [{ Kind: "Transformer" }, { Kind: "Pooling" }, ..])
        {
            throw new NotSupportedException(
                $"{Modules}: the modules are {string.Join(", ", modules.Select(m => m.Kind))}. Known is Transformer, Pooling, or StaticEmbedding, then any of {string.Join(", ", EmbeddingHeads.Known)}.");
        }

        var encoder = modules?[0].Folder ?? root;
        var pooling = modules is null || isStatic ? new([PoolingMode.Mean], true) : PoolingConfig.Read(modules[1].Folder);
        var opened = new List<IDisposable>();
        try
        {
            var heads = new List<EmbeddingHead>();
            foreach (var module in modules?.Skip(isStatic ? 1 : 2) ?? [])
            {
                heads.Add(EmbeddingHeads.Open(module));
                opened.Add(heads[^1]);
            }

            var weights = WeightFiles.Open(encoder);
            opened.Add(weights);
            var files = FolderFiles.Of(root, modules);
            return isStatic ? CreateStatic(root, encoder, weights, heads, files) : Create(root, encoder, weights, pooling, heads, files);
        }
        catch
        {
            opened.ForEach(o => o.Dispose());
            throw;
        }
    }

    /// <summary>A model that is one file.</summary>
    private static EmbeddingCheckpoint OpenFile(string file)
    {
        var model = FileModel.Open(file);
        try
        {
            var origin = Path.GetFileName(file);
            return new()
            {
                Name = origin,
                Config = model.Config,
                Weights = model.Weights,
                Tokenizer = model.OpenTokenizer(),
                Pooling = [PoolingConfig.Named(model.Pooling)],
                Prompts = new Dictionary<string, string>(StringComparer.Ordinal) { ["query"] = "", ["document"] = "" },
                MaxSequenceLength = model.Config.Count("max_position_embeddings", origin) ?? model.Config.Count("n_positions", origin) ?? 512,
                ContentHash = new FolderFiles(Path.GetDirectoryName(file)!, model.Files).Hash(),
            };
        }
        catch
        {
            model.Weights.Dispose();
            throw;
        }
    }

    private static EmbeddingCheckpoint Create(
        string root, string encoder, Weights weights, PoolingConfig pooling, List<EmbeddingHead> heads, FolderFiles files)
    {
        using var config = JsonFile.Open(Path.Combine(encoder, "config.json"));
        using var text = TransformerSettings.Open(encoder);
        var tokenizer = TokenizerFiles.Open(encoder);
        var sentence = SentenceSettings.Read(root);
        return new()
        {
            Name = Path.GetFileName(root),
            Config = config.RootElement.Clone(),
            Weights = weights,
            Tokenizer = text.Lowercase ? new LowercasingTokenizer(tokenizer) : tokenizer,
            Pooling = pooling.Modes,
            IncludePrompt = pooling.IncludePrompt,
            Heads = heads,
            Prompts = sentence.Prompts,
            DefaultPromptName = sentence.DefaultPromptName,
            Similarity = sentence.Similarity,
            MaxSequenceLength = text.MaxSequenceLength(config.RootElement),
            TruncateDimensions = sentence.Dimensions,
            ContentHash = files.Hash(),
        };
    }

    private static EmbeddingCheckpoint CreateStatic(
        string root, string folder, Weights weights, List<EmbeddingHead> heads, FolderFiles files)
    {
        var sentence = SentenceSettings.Read(root);
        return new()
        {
            Name = Path.GetFileName(root),
            Config = StaticConfig,
            Weights = weights,
            Tokenizer = new PlainTokenizer(TokenizerFiles.Open(folder)),
            Pooling = [PoolingMode.Mean],
            Heads = heads,
            Prompts = sentence.Prompts,
            DefaultPromptName = sentence.DefaultPromptName,
            Similarity = sentence.Similarity,
            MaxSequenceLength = int.MaxValue,
            TruncateDimensions = sentence.Dimensions,
            ContentHash = files.Hash(),
        };
    }
}
