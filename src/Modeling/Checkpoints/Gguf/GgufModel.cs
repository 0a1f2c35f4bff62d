using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>A GGUF file as a Hugging Face model: weights, config.json, tokenizer, pooling.</summary>
/// <param name="Weights">Its tensors; the caller disposes them, and the file with them.</param>
/// <param name="Config">What its metadata say, in config.json's keys.</param>
/// <param name="Pooling">Name of its pooling, or of what is usual for the family: mean, cls or lasttoken.</param>
internal sealed record GgufModel(GgufWeights Weights, JsonElement Config, string Pooling)
{
    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It breaks the format, or lacks what a model needs.</exception>
    /// <exception cref="NotSupportedException">Its architecture is not known.</exception>
    public static GgufModel Open(string path)
    {
        var file = new GgufFile(path);
        try
        {
            if (file.Number("split.count") is > 1)
                throw CheckpointErrors.Unusable(file.Origin, "it is one of several parts of a model; join them with llama.cpp's gguf-split --merge.");
            var name = file.Text("general.architecture") ?? throw CheckpointErrors.Unusable(file.Origin, "there is no 'general.architecture'.");
            var architecture = GgufArchitectures.Find(name, file.Origin);
            var fields = new GgufFields(file, name);
            var config = GgufConfig.Make(architecture, fields);
            return new(new(file, architecture, fields), config, PoolingOf(fields, architecture));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The tokenizer in the file.</summary>
    /// <exception cref="InvalidDataException">It is missing or broken.</exception>
    /// <exception cref="NotSupportedException">It is of a kind that is not known.</exception>
    public TextTokenizer OpenTokenizer() => GgufTokenizers.Open(Vocabulary(), Weights.File.Origin);

    /// <summary>Writes the tokenizer in the file as the files of a Hugging Face folder.</summary>
    public void WriteTokenizer(string folder) => GgufTokenizerFiles.Write(Vocabulary(), folder, Weights.File.Origin);

    private GgufVocabulary Vocabulary()
    {
        const string prefix = "tokenizer.ggml.";
        var file = Weights.File;
        int? Id(string key) => file.Number(prefix + key) is not { } n ? null : n is >= 0 and <= int.MaxValue && Math.Floor(n) == n ? (int)n
            : throw CheckpointErrors.Unusable(file.Origin, $"'{prefix}{key}' is no id.");
        return new()
        {
            Model = file.Text(prefix + "model") ?? throw CheckpointErrors.Unusable(file.Origin, $"there is no '{prefix}model': it has no tokenizer."),
            Tokens = file.Texts(prefix + "tokens") ?? throw CheckpointErrors.Unusable(file.Origin, $"there is no '{prefix}tokens'."),
            Types = file.Numbers(prefix + "token_type") is { } types ? Array.ConvertAll(types, t => (int)Math.Clamp(t, -1, 1 << 20)) : null,
            Scores = file.Numbers(prefix + "scores") is { } scores ? Array.ConvertAll(scores, s => (float)s) : null,
            Merges = file.Texts(prefix + "merges"),
            Words = file.Text(prefix + "pre"),
            Begin = Id("bos_token_id"),
            End = Id("eos_token_id"),
            Unknown = Id("unknown_token_id"),
            Class = Id("cls_token_id"),
            Separator = Id("seperator_token_id"),
            AddBegin = file.Flag(prefix + "add_bos_token"),
            AddEnd = file.Flag(prefix + "add_eos_token"),
            AddSpacePrefix = file.Flag(prefix + "add_space_prefix"),
            RemoveExtraWhitespaces = file.Flag(prefix + "remove_extra_whitespaces"),
            Characters = file.Numbers(prefix + "precompiled_charsmap") is { } bytes ? Array.ConvertAll(bytes, b => (byte)b) : null,
        };
    }

    private static string PoolingOf(GgufFields fields, GgufArchitecture architecture) => fields.Number("pooling_type") switch
    {
        1 => "mean",
        2 => "cls",
        3 => "lasttoken",
        null or 0 => architecture.Causal ? "lasttoken" : "mean",
        var other => throw new NotSupportedException(
            $"{fields.File.Origin}: the pooling_type is {other}. Known: 0 (none), 1 (mean), 2 (cls), 3 (last)."),
    };
}
