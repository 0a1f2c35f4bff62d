using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads the model of a tokenizer.json.</summary>
internal static class ModelJson
{
    /// <summary>Types and their readers. A further model is one line here.</summary>
    private static readonly Dictionary<string, Func<JsonElement, string, TokenModel>> Kinds = new(StringComparer.Ordinal)
    {
        ["BPE"] = BpeJson.Read,
        ["Unigram"] = Unigram,
        ["WordLevel"] = WordLevel,
        ["WordPiece"] = WordPiece,
    };

    /// <summary>A model. Old files have no type: it is told by what they hold.</summary>
    /// <exception cref="InvalidDataException">A value is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">Its type is not known.</exception>
    public static TokenModel Read(JsonElement json, string origin)
    {
        var type = Type(json, origin);
        return Kinds.TryGetValue(type, out var read) ? read(json, origin) : throw new NotSupportedException(
            $"{origin}: tokenizer model '{type}' is not known. Known: {string.Join(", ", Kinds.Keys)}.");
    }

    /// <summary>A model's type.</summary>
    /// <exception cref="InvalidDataException">It is no text.</exception>
    public static string Type(JsonElement json, string origin) => json.Text("type", origin)
        ?? (json.Find("merges") is not null ? "BPE"
        : json.Find("vocab") is { ValueKind: JsonValueKind.Array } ? "Unigram"
        : json.Find("max_input_chars_per_word") is not null ? "WordPiece" : "WordLevel");

    private static int Unknown(JsonElement json, Vocabulary vocabulary, string absent, string origin)
    {
        var token = json.Text("unk_token", origin) ?? absent;
        return vocabulary.Find(token) is >= 0 and var id ? id : throw CheckpointErrors.Unusable(
            origin, $"the vocabulary of {vocabulary.Ids.Count} pieces has no '{token}', which stands for unknown ones.");
    }

    private static WordLevelModel WordLevel(JsonElement json, string origin)
    {
        var vocabulary = Vocabulary.Read(json.Find("vocab"), origin);
        return new(vocabulary, Unknown(json, vocabulary, "<unk>", origin));
    }

    private static WordPieceModel WordPiece(JsonElement json, string origin)
    {
        var vocabulary = Vocabulary.Read(json.Find("vocab"), origin);
        var options = new WordPieceOptions
        {
            ContinuingPrefix = json.Text("continuing_subword_prefix", origin) ?? "##",
            MaxCharactersPerWord = json.Count("max_input_chars_per_word", origin) ?? 100,
        };
        return new(vocabulary, options, Unknown(json, vocabulary, "[UNK]", origin));
    }

    private static UnigramTokenModel Unigram(JsonElement json, string origin)
    {
        var pieces = new List<(string Piece, double Score)>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in PartJson.List(json, "vocab", origin))
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2 || entry[0].ValueKind != JsonValueKind.String
                || entry[1].ValueKind != JsonValueKind.Number || !entry[1].TryGetDouble(out var score))
                throw JsonFile.Wrong(origin, "vocab", entry, "a piece and its score");
            if (!known.Add(entry[0].GetString()!))
                throw CheckpointErrors.Unusable(origin, $"piece '{entry[0].GetString()}' stands twice in the vocabulary.");
            pieces.Add((entry[0].GetString()!, score));
        }

        var unknown = PartJson.Number(json, "unk_id", origin) ?? throw CheckpointErrors.Unusable(
            origin, "a Unigram model needs 'unk_id', the id of unknown characters.");
        var model = new UnigramModel(pieces, unknown, json.Flag("byte_fallback", origin) ?? false, origin);
        return new(model, [.. pieces.Select(p => p.Piece)]);
    }
}
