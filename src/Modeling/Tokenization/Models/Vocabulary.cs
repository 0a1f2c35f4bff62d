using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Tokens and their ids.</summary>
internal sealed class Vocabulary
{
    /// <summary>Highest id that is read.</summary>
    public const int MaxId = 10_000_000;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Dictionary<int, string>? _sparse;
    private readonly string?[] _tokens = [];

    public Vocabulary(Dictionary<string, int> ids)
    {
        _ids = ids;
        _lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        Size = ids.Count == 0 ? 0 : ids.Values.Max() + 1;
        if (Size > 4 * ids.Count)
        {
            _sparse = ids.ToDictionary(t => t.Value, t => t.Key);
            return;
        }

        _tokens = new string?[Size];
        foreach (var (token, id) in ids)
            _tokens[id] = token;
    }

    /// <summary>Ids by token.</summary>
    public Dictionary<string, int> Ids => _ids;

    /// <summary>Highest id + 1.</summary>
    public int Size { get; }

    /// <summary>Id of a token; -1 if it is none.</summary>
    public int Find(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out var id) ? id : -1;

    /// <summary>Text of a token; null if the id is none.</summary>
    public string? Token(int id) => _sparse is not null ? _sparse.GetValueOrDefault(id) : (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    /// <summary>Reads an object of tokens and ids.</summary>
    /// <exception cref="InvalidDataException">It is missing, or a token or an id stands twice.</exception>
    public static Vocabulary Read(JsonElement? json, string origin)
    {
        if (json is not { ValueKind: JsonValueKind.Object } vocab)
            throw CheckpointErrors.Unusable(origin, "model has no object 'vocab' of pieces and ids.");
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        var owners = new Dictionary<int, string>();
        foreach (var piece in vocab.EnumerateObject())
        {
            var id = Id(piece.Value, piece.Name, origin);
            if (!pieces.TryAdd(piece.Name, id))
                throw CheckpointErrors.Unusable(origin, $"piece '{piece.Name}' stands twice in the vocabulary.");
            if (!owners.TryAdd(id, piece.Name))
                throw CheckpointErrors.Unusable(origin, $"pieces '{owners[id]}' and '{piece.Name}' have the same id {id}.");
        }

        return pieces.Count > 0 ? new(pieces) : throw CheckpointErrors.Unusable(origin, "the vocabulary is empty.");
    }

    /// <summary>An id: a whole number from 0 to ten million.</summary>
    public static int Id(JsonElement value, string key, string origin) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id is >= 0 and <= MaxId ? id
        : throw JsonFile.Wrong(origin, key, value, "an id from 0 to 10,000,000");
}
