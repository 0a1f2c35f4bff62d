using System.Text;
using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Opens a folder of vocab.json and merges.txt: byte-level BPE, whose other parts the tokenizer's class gives.</summary>
internal static class MergeFiles
{
    private const string Config = "tokenizer_config.json";
    private const long MaxBytes = 64L << 20;

    /// <summary>Classes of transformers, and the model types of config.json where no class is named. A further class is one line here.</summary>
    private static readonly Dictionary<string, Func<TokenModel, Vocabulary, JsonElement, PipelineParts>> Classes = new(StringComparer.Ordinal)
    {
        ["GPT2Tokenizer"] = Gpt2,
        ["CodeGenTokenizer"] = Gpt2,
        ["RobertaTokenizer"] = Roberta,
        ["LongformerTokenizer"] = Roberta,
        ["BartTokenizer"] = Roberta,
        ["Qwen2Tokenizer"] = Qwen2,
    };

    private static readonly Dictionary<string, string> ModelTypes = new(StringComparer.Ordinal)
    {
        ["gpt2"] = "GPT2Tokenizer", ["codegen"] = "CodeGenTokenizer", ["roberta"] = "RobertaTokenizer", ["longformer"] = "LongformerTokenizer",
        ["bart"] = "BartTokenizer", ["qwen2"] = "Qwen2Tokenizer", ["qwen3"] = "Qwen2Tokenizer",
    };

    /// <summary>Whether a folder holds the two files.</summary>
    public static bool Stand(string folder) =>
        File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt"));

    /// <summary>The tokenizer of a folder.</summary>
    /// <exception cref="InvalidDataException">A file is wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">The tokenizer's class is not known.</exception>
    public static PipelineTokenizer Open(string folder, JsonElement? config)
    {
        using var none = JsonDocument.Parse("{}");
        var settings = config ?? none.RootElement;
        var name = Class(folder, settings);
        if (!Classes.TryGetValue(name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name, out var rest))
            throw new NotSupportedException($"{Config}: how {name} cuts texts is not known where only vocab.json and merges.txt stand. Known: {string.Join(", ", Classes.Keys)}.");
        using var json = JsonFile.Open(Path.Combine(folder, "vocab.json"));
        var vocabulary = Vocabulary.Read(json.RootElement, "vocab.json");
        var model = BpeJson.Create(vocabulary, Merges(Path.Combine(folder, "merges.txt")), new(), null, "merges.txt");
        var bytes = model.OfBytes() ?? throw CheckpointErrors.Unusable("vocab.json", "a token is missing for some of the 256 bytes; a byte-level vocabulary has them all.");
        return new(rest(bytes, vocabulary, settings));
    }

    private static string Class(string folder, JsonElement settings)
    {
        if (settings.Text("tokenizer_class", Config) is { } name)
            return name;
        var path = Path.Combine(folder, "config.json");
        using var config = File.Exists(path) ? JsonFile.Open(path) : null;
        return config?.RootElement.Text("model_type", "config.json") is { } type && ModelTypes.TryGetValue(type, out var known) ? known
            : throw CheckpointErrors.Unusable(folder, $"vocab.json and merges.txt need {Config} with 'tokenizer_class', or config.json with a 'model_type' of {string.Join(", ", ModelTypes.Keys)}.");
    }

    private static List<(string Left, string Right)> Merges(string path)
    {
        var origin = Path.GetFileName(path);
        if (new FileInfo(path).Length is > MaxBytes and var bytes)
            throw CheckpointErrors.Unusable(origin, $"it has {bytes} bytes; at most {MaxBytes} are read.");
        var merges = new List<(string Left, string Right)>();
        try
        {
            foreach (var line in File.ReadLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)))
                if (line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
                    merges.Add(BpeJson.Pair(line, merges.Count, origin));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{origin}: it is not UTF-8 after {merges.Count} merges.", e);
        }

        return merges;
    }

    private static PipelineParts Gpt2(TokenModel model, Vocabulary vocabulary, JsonElement settings)
    {
        var added = ConfigTokens.Read(settings, vocabulary, ["<|endoftext|>"]);
        var begin = settings.Flag("add_bos_token", Config) ?? false
            ? [ConfigTokens.Id(settings, "bos_token", "<|endoftext|>", vocabulary, added)] : Array.Empty<int>();
        return Words(model, settings, RegexPatterns.Gpt2) with
        {
            AddedTokens = added,
            Layout = TextLayout.Around(begin, [], [], 1),
        };
    }

    private static PipelineParts Roberta(TokenModel model, Vocabulary vocabulary, JsonElement settings)
    {
        var added = ConfigTokens.Read(settings, vocabulary, ["<s>", "</s>", "<unk>", "<pad>", "<mask>"]);
        int Id(string key, string otherwise) => ConfigTokens.Id(settings, key, otherwise, vocabulary, added);
        var end = Id("sep_token", "</s>");
        return Words(model, settings, RegexPatterns.Gpt2) with
        {
            AddedTokens = [.. added.Select(t => t.Content == "<mask>" ? t with { LeftStrip = true } : t)],
            Layout = TextLayout.Around([Id("cls_token", "<s>")], [end], [end], 0) with
            {
                Trims = true,
                TrimsAfterPrefixSpace = settings.Flag("add_prefix_space", Config) ?? false,
            },
        };
    }

    private static PipelineParts Qwen2(TokenModel model, Vocabulary vocabulary, JsonElement settings) =>
        Words(model, settings, RegexPatterns.Qwen2) with
        {
            AddedTokens = ConfigTokens.Read(settings, vocabulary, ["<|endoftext|>"]),
            Normalizer = new UnicodeFormNormalizer(compatible: false, composed: true),
        };

    /// <summary>Words by an expression, with a blank before the text if the settings say so.</summary>
    private static PipelineParts Words(TokenModel model, JsonElement settings, string expression)
    {
        var words = new SplitPreTokenizer(RegexPatterns.Create(expression, Config), SplitBehavior.Isolated);
        return new()
        {
            PreTokenizers = settings.Flag("add_prefix_space", Config) ?? false ? [new PrefixSpacePreTokenizer(), words] : [words],
            Model = model,
            Decoder = new ByteLevelDecoder(),
        };
    }
}
