using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.LongText;
using ML.Extensions.Tokenization;
using ML.Extensions.Transformers;

namespace ML.Extensions.Generation;

/// <summary>A decoder with all that it takes to write text: tokenizer, chat template, stop tokens. Safe for several threads.</summary>
internal sealed class GenerationModel : IDisposable
{
    private readonly Weights _weights;
    private readonly Lazy<string> _hash;

    private GenerationModel(Weights weights, CausalDecoder decoder, FolderFiles files) =>
        (_weights, Decoder, _hash) = (weights, decoder, new(files.Hash));

    /// <summary>Name of the file or folder.</summary>
    public required string Name { get; init; }

    /// <summary>The network.</summary>
    public CausalDecoder Decoder { get; }

    /// <summary>The tokenizer.</summary>
    public required TextTokenizer Tokenizer { get; init; }

    /// <summary>The chat template; null if the model has none.</summary>
    public required ChatTemplate? Chat { get; init; }

    /// <summary>Ids that end an answer.</summary>
    public required IReadOnlySet<int> StopIds { get; init; }

    /// <summary>Most tokens of prompt and answer together.</summary>
    public int Window => Decoder.Spec.Window;

    /// <summary>SHA-256 over the model's files, upper-case hexadecimal; computed at the first use.</summary>
    public string ContentHash => _hash.Value;

    /// <summary>Opens a .gguf file, a llama2.c file, or a Hugging Face folder.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="InvalidDataException">A file is missing or broken; the message names it.</exception>
    /// <exception cref="NotSupportedException">The architecture, or the tokenizer, is not known.</exception>
    public static GenerationModel Open(string path, Precision precision, ComputeDevice device)
    {
        if (!Path.Exists(path))
            throw new FileNotFoundException($"There is no model at '{path}'; expected a .gguf file, a llama2.c file or a Hugging Face folder.", path);
        if (FileModel.Find(path) is not { } file)
            return OpenFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), precision, device);
        return Path.GetExtension(file).Equals(".gguf", StringComparison.OrdinalIgnoreCase) ? OpenGguf(file, precision, device) : OpenLlama2(file, precision, device);
    }

    /// <summary>A prompt's ids as the model goes on with them: the tokenizer's first token and the text.</summary>
    public int[] PlainIds(string text) => [.. Tokenizer.Prefix, .. Tokenizer.Encode(text).Ids];

    /// <summary>A chat's ids, up to where the model answers. The template writes all special tokens itself.</summary>
    /// <exception cref="NotSupportedException">The model has no chat template.</exception>
    /// <exception cref="ArgumentException">The template refuses the messages.</exception>
    public int[] ChatIds(IReadOnlyList<ChatMessage> messages) => Tokenizer.Encode((Chat ?? throw new NotSupportedException(
        $"{Name} has no chat template: it goes on with texts (PromptFormat.Plain), and knows neither roles nor system messages.")).Render(messages)).Ids;

    /// <inheritdoc/>
    public void Dispose()
    {
        Decoder.Dispose();
        _weights.Dispose();
    }

    private static GenerationModel OpenGguf(string file, Precision precision, ComputeDevice device)
    {
        var model = GgufModel.Open(file);
        return Make(model.Weights, model.Config, file, [Path.GetFileName(file)], precision, device, (decoder, files) => new(model.Weights, decoder, files)
        {
            Name = Path.GetFileName(file),
            Tokenizer = model.OpenTokenizer(),
            Chat = ChatTemplateFiles.Of(model.Weights.File),
            StopIds = StopTokens.Of(model.Weights.File),
        });
    }

    private static GenerationModel OpenLlama2(string file, Precision precision, ComputeDevice device)
    {
        var model = FileModel.Open(file);
        return Make(model.Weights, model.Config, file, model.Files, precision, device, (decoder, files) => new(model.Weights, decoder, files)
        {
            Name = Path.GetFileName(file),
            Tokenizer = model.OpenTokenizer(),
            Chat = null,
            StopIds = new HashSet<int> { 1, 2 }, // run.c stops at both
        });
    }

    private static GenerationModel OpenFolder(string folder, Precision precision, ComputeDevice device)
    {
        using var json = JsonFile.Open(Path.Combine(folder, "config.json"));
        var config = json.RootElement.Clone();
        var names = FolderFiles.Of(folder).Names
            .Concat(ChatTemplateFiles.Names.Append(StopTokens.FileName).Where(n => File.Exists(Path.Combine(folder, n))));
        var weights = WeightFiles.Open(folder);
        return Make(weights, config, Path.Combine(folder, "config.json"), [.. names.Order(StringComparer.Ordinal)], precision, device, (decoder, files) => new(weights, decoder, files)
        {
            Name = Path.GetFileName(folder),
            Tokenizer = TokenizerFiles.Open(folder),
            Chat = ChatTemplateFiles.Of(folder),
            StopIds = StopTokens.Of(folder, config),
        });
    }

    private static GenerationModel Make(
        Weights weights, JsonElement config, string file, IReadOnlyList<string> names, Precision precision, ComputeDevice device,
        Func<CausalDecoder, FolderFiles, GenerationModel> make)
    {
        CausalDecoder? decoder = null;
        try
        {
            decoder = CausalDecoder.Create(config, weights, precision, device, Path.GetFileName(file));
            var made = make(decoder, new(Path.GetDirectoryName(Path.GetFullPath(file))!, names));
            return made.Tokenizer.VocabularySize <= decoder.Spec.VocabularySize ? made : throw CheckpointErrors.Unusable(
                made.Name, $"the tokenizer has {made.Tokenizer.VocabularySize} ids, the word embedding only {decoder.Spec.VocabularySize} rows. The folder mixes two models: fetch it again as a whole.");
        }
        catch
        {
            decoder?.Dispose();
            weights.Dispose();
            throw;
        }
    }
}
