using System.Text.Json;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Checkpoints;

/// <summary>A model that is one file: GGUF or llama2.c.</summary>
/// <param name="Weights">Its tensors under Hugging Face's names; the caller disposes them.</param>
/// <param name="Config">What it says of itself, in config.json's keys.</param>
/// <param name="Pooling">Name of its pooling: mean, cls or lasttoken.</param>
/// <param name="OpenTokenizer">Opens its tokenizer.</param>
/// <param name="WriteTokenizer">Writes its tokenizer into a folder as Hugging Face's files.</param>
/// <param name="Files">Names of the files that it is made of, beside each other.</param>
internal sealed record FileModel(Weights Weights, JsonElement Config, string Pooling, Func<TextTokenizer> OpenTokenizer, Action<string> WriteTokenizer, IReadOnlyList<string> Files)
{
    /// <summary>Whether it has a tokenizer; llama2.c's stands in a second file.</summary>
    public bool HasTokenizer { get; private init; } = true;

    /// <summary>The model file that a path means: the file itself, or the only one of a folder without config.json; else null.</summary>
    /// <exception cref="InvalidDataException">The folder has several; the message lists them.</exception>
    public static string? Find(string path)
    {
        if (File.Exists(path))
            return path;
        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, "config.json")) || File.Exists(Path.Combine(path, "modules.json")))
            return null;
        string[] found = [.. Directory.GetFiles(path, "*.gguf").Order(StringComparer.Ordinal)];
        if (found.Length == 0)
            found = [.. Directory.GetFiles(path, "*.bin").Where(f => Path.GetFileName(f) != "pytorch_model.bin" && Llama2File.IsOne(f))];
        return found.Length <= 1 ? found.FirstOrDefault() : throw CheckpointErrors.Unusable(
            path, $"it holds {found.Length} models: {string.Join(", ", found.Select(Path.GetFileName))}. Give the path of one of them.");
    }

    /// <summary>Opens a file by what it begins with.</summary>
    /// <exception cref="InvalidDataException">It is of neither kind, or broken.</exception>
    /// <exception cref="NotSupportedException">Its architecture is not known.</exception>
    public static FileModel Open(string file)
    {
        if (Path.GetExtension(file) is var end && !end.Equals(".bin", StringComparison.OrdinalIgnoreCase))
        {
            if (!end.Equals(".gguf", StringComparison.OrdinalIgnoreCase))
                throw CheckpointErrors.Unusable(Path.GetFileName(file), "a model that is one file ends in .gguf or, as llama2.c's, in .bin; for other files give the folder.");
            var gguf = GgufModel.Open(file);
            return new(gguf.Weights, gguf.Config, gguf.Pooling, gguf.OpenTokenizer, gguf.WriteTokenizer, [Path.GetFileName(file)]);
        }

        var llama = new Llama2File(file);
        var vocabulary = Llama2Vocabulary.Find(file, llama.Entries["model.embed_tokens.weight"].Shape[0]);
        GgufVocabulary Vocabulary() => Llama2Vocabulary.Read(
            vocabulary ?? throw CheckpointErrors.Unusable(Path.GetFileName(file), "there is no tokenizer.bin beside it."), (int)llama.Entries["model.embed_tokens.weight"].Shape[0]);
        return new(
            llama, llama.Config(), "lasttoken",
            () => GgufTokenizers.Open(Vocabulary(), Path.GetFileName(vocabulary!)), folder => GgufTokenizerFiles.Write(Vocabulary(), folder, Path.GetFileName(vocabulary!)),
            vocabulary is null ? [Path.GetFileName(file)] : [Path.GetFileName(file), Path.GetFileName(vocabulary)])
        { HasTokenizer = vocabulary is not null };
    }
}
