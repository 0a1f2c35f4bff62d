using System.Text;
using System.Text.Json;

namespace ML.Extensions.Tokenization;

/// <summary>Opens the tokenizer of a model folder, or of a vocabulary that a package brings.</summary>
internal static class TokenizerFiles
{
    private const long MaxBytes = 256L << 20;

    /// <summary>Model types of tokenizer.json, and who opens them. A further kind is one line here.</summary>
    private static readonly Dictionary<string, Func<JsonElement, string, TextTokenizer>> Kinds = new(StringComparer.Ordinal)
    {
        ["WordPiece"] = WordPieceJson.Open,
    };

    /// <summary>tokenizer.json, else vocab.txt with tokenizer_config.json.</summary>
    /// <exception cref="InvalidDataException">A file is missing or wrong; the message names it.</exception>
    public static TextTokenizer Open(string folder)
    {
        var json = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(json))
        {
            using var document = ReadJson(json);
            return FromJson(document.RootElement, json);
        }

        var vocabulary = Path.Combine(folder, "vocab.txt");
        if (!File.Exists(vocabulary))
            throw new InvalidDataException($"{folder}: no tokenizer. Looked for tokenizer.json and vocab.txt.");
        using var stream = File.OpenRead(vocabulary);
        return FromVocabulary(stream, Options(folder), vocabulary);
    }

    /// <summary>A WordPiece vocabulary, one piece a line; line ends of either kind.</summary>
    public static TextTokenizer FromVocabulary(Stream vocabulary, WordPieceOptions options, string origin)
    {
        if (vocabulary.CanSeek && vocabulary.Length > MaxBytes)
            throw new InvalidDataException($"{origin}: {vocabulary.Length} bytes; a vocabulary has at most {MaxBytes}.");
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        using var reader = new StreamReader(vocabulary, Encoding.UTF8);
        for (var id = 0; reader.ReadLine() is { } line; id++)
        {
            var piece = line.Length == 0 && reader.EndOfStream ? null : line;
            if (piece is not null)
                pieces[piece] = id; // a repeated piece has the last line's id, as in BERT's own reader
        }

        if (pieces.Count == 0)
            throw new InvalidDataException($"{origin}: the vocabulary is empty.");
        var special = new[] { "[PAD]", "[MASK]", options.UnknownToken, options.ClassToken, options.SeparatorToken };
        return new WordPieceTokenizer(
            pieces,
            options.AddedTokens.Count > 0 ? options : options with
            {
                AddedTokens = [.. special.Distinct().Where(pieces.ContainsKey).Select(t => new AddedToken(t, pieces[t]))],
            },
            origin);
    }

    /// <summary>A tokenizer.json.</summary>
    public static TextTokenizer FromJson(JsonElement root, string origin)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{origin}: no object 'model'.");
        var type = model.TryGetProperty("type", out var t) && t.ValueKind == JsonValueKind.String ? t.GetString()! : "unnamed";
        if (!Kinds.TryGetValue(type, out var open))
            throw new NotSupportedException($"{origin}: tokenizer model '{type}' is not known. Known: {string.Join(", ", Kinds.Keys)}.");
        try
        {
            return open(root, origin);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new InvalidDataException($"{origin}: {e.Message}", e);
        }
    }

    private static JsonDocument ReadJson(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MaxBytes)
            throw new InvalidDataException($"{path}: {length} bytes; a tokenizer has at most {MaxBytes}.");
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: not JSON: {e.Message}", e);
        }
    }

    private static WordPieceOptions Options(string folder)
    {
        var path = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(path))
            return new();
        using var document = ReadJson(path);
        var root = document.RootElement;
        bool? Flag(string name) => root.TryGetProperty(name, out var v) && v.ValueKind is JsonValueKind.True or JsonValueKind.False ? v.GetBoolean() : null;
        string Token(string name, string usual) => !root.TryGetProperty(name, out var v) ? usual
            : v.ValueKind == JsonValueKind.String ? v.GetString()!
            : v.ValueKind == JsonValueKind.Object && v.TryGetProperty("content", out var c) ? c.GetString()! : usual;
        return new()
        {
            Lowercase = Flag("do_lower_case") ?? true,
            StripAccents = Flag("strip_accents"),
            TokenizeChineseCharacters = Flag("tokenize_chinese_chars") ?? true,
            UnknownToken = Token("unk_token", "[UNK]"),
            ClassToken = Token("cls_token", "[CLS]"),
            SeparatorToken = Token("sep_token", "[SEP]"),
        };
    }
}
