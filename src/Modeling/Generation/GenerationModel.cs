using System.Security.Cryptography;
using System.Text;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Tokenization;
using ML.Extensions.Transformers;

namespace ML.Extensions.Generation;

/// <summary>A decoder with all that it takes to write text: tokenizer, chat template, stop tokens. Safe for several threads.</summary>
internal sealed class GenerationModel : IDisposable
{
    private readonly Lazy<string> _hash;

    private GenerationModel(GenerationFiles files, CausalDecoder decoder, string? adapter) => (Files, Decoder, _hash) = (files, decoder, new(() => adapter is null
        ? files.ContentHash : Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(files.ContentHash + LoraAdapter.Hash(adapter))))));

    /// <summary>What it was opened from.</summary>
    public GenerationFiles Files { get; }

    /// <summary>Name of the file or folder.</summary>
    public string Name => Files.Name;

    /// <summary>The network.</summary>
    public CausalDecoder Decoder { get; }

    /// <summary>The tokenizer.</summary>
    public TextTokenizer Tokenizer => Files.Tokenizer;

    /// <summary>The chat template; null if the model has none.</summary>
    public ChatTemplate? Chat => Files.Chat;

    /// <summary>Ids that end an answer.</summary>
    public IReadOnlySet<int> StopIds => Files.StopIds;

    /// <summary>Most tokens of prompt and answer together.</summary>
    public int Window => Decoder.Spec.Window;

    /// <summary>SHA-256 over the model's files and the adapter's, upper-case hexadecimal; computed at the first use.</summary>
    public string ContentHash => _hash.Value;

    /// <summary>Opens a .gguf file, a llama2.c file, or a Hugging Face folder.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="precision">Number format of the products.</param>
    /// <param name="device">Where they run.</param>
    /// <param name="adapter">Folder of low-rank matrices in PEFT's layout; null is none.</param>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="InvalidDataException">A file is missing or broken, or the adapter is another model's; the message names it.</exception>
    /// <exception cref="NotSupportedException">The architecture, the tokenizer, or the kind of adapter is not known.</exception>
    public static GenerationModel Open(string path, Precision precision, ComputeDevice device, string? adapter = null)
    {
        CausalDecoder? decoder = null;
        var files = GenerationFiles.Open(path);
        try
        {
            using var lora = adapter is null ? null : LoraAdapter.Open(adapter);
            decoder = CausalDecoder.Create(files.Config, files.Weights, precision, device, files.IsFile ? files.Name : "config.json", lora);
            _ = (files.Chat, files.StopIds); // their errors belong here
            return files.Tokenizer.VocabularySize <= decoder.Spec.VocabularySize ? new(files, decoder, adapter) : throw CheckpointErrors.Unusable(
                files.Name, $"the tokenizer has {files.Tokenizer.VocabularySize} ids, the word embedding only {decoder.Spec.VocabularySize} rows. The folder mixes two models: fetch it again as a whole.");
        }
        catch
        {
            decoder?.Dispose();
            files.Dispose();
            throw;
        }
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
        Files.Dispose();
    }
}
