using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>What a Transformer module's files say of its texts: sentence_*_config.json and tokenizer_config.json.</summary>
internal sealed class TransformerSettings : IDisposable
{
    /// <summary>Names that the file has had, by the model's family.</summary>
    private static readonly string[] Names =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json",
        "sentence_camembert_config.json", "sentence_albert_config.json", "sentence_xlm-roberta_config.json",
        "sentence_xlnet_config.json",
    ];

    /// <summary>Families with a table of positions, and how many of its rows no token gets: those up to the padding id.</summary>
    private static readonly Dictionary<string, int> Tables = new(StringComparer.Ordinal)
    {
        ["bert"] = 0, ["distilbert"] = 0, ["electra"] = 0, ["albert"] = 0,
        ["roberta"] = 2, ["xlm-roberta"] = 2, ["camembert"] = 2, ["mpnet"] = 2,
    };

    private readonly JsonDocument? _settings;
    private readonly JsonDocument? _tokenizer;
    private readonly string _name;

    private TransformerSettings(string folder)
    {
        _name = Array.Find(Names, n => File.Exists(Path.Combine(folder, n))) ?? "";
        _settings = _name.Length > 0 ? JsonFile.Open(Path.Combine(folder, _name)) : null;
        var tokenizer = Path.Combine(folder, "tokenizer_config.json");
        _tokenizer = File.Exists(tokenizer) ? JsonFile.Open(tokenizer) : null;
    }

    /// <summary>Names of the settings file, of which a folder has one at most.</summary>
    public static IReadOnlyList<string> FileNames => Names;

    /// <summary>Whether texts are lower-cased before the tokenizer sees them.</summary>
    public bool Lowercase => _settings?.RootElement.Flag("do_lower_case", _name) ?? false;

    /// <summary>Reads the files that are there.</summary>
    /// <exception cref="InvalidDataException">One is broken.</exception>
    public static TransformerSettings Open(string folder) => new(folder);

    /// <summary>
    /// max_seq_length if the settings have it, else the smaller of model_max_length and max_position_embeddings; never more
    /// than a table of positions has rows.
    /// </summary>
    public int MaxSequenceLength(JsonElement config)
    {
        const string origin = "config.json";
        var positions = config.Count("max_position_embeddings", origin) ?? config.Count("n_positions", origin);
        var table = Tables.TryGetValue(config.Text("model_type", origin) ?? "", out var unused) ? positions - unused : null;
        var given = _settings?.RootElement.Count("max_seq_length", _name)
            ?? Math.Min(_tokenizer?.RootElement.Count("model_max_length", "tokenizer_config.json") ?? int.MaxValue, positions ?? int.MaxValue);
        return Math.Max(1, Math.Min(given, table ?? int.MaxValue));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _settings?.Dispose();
        _tokenizer?.Dispose();
    }
}
