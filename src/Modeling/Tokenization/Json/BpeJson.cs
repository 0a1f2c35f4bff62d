using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads a BPE model: of a tokenizer.json, or of vocab.json and merges.txt.</summary>
internal static class BpeJson
{
    /// <summary>The model of a tokenizer.json.</summary>
    /// <exception cref="InvalidDataException">A value is missing or wrong.</exception>
    public static CharacterBpeModel Read(JsonElement json, string origin)
    {
        var vocabulary = Vocabulary.Read(json.Find("vocab"), origin);
        var prefix = json.Text("continuing_subword_prefix", origin) ?? "";
        var unknown = json.Text("unk_token", origin);
        var options = new BpeOptions
        {
            Unknown = unknown is null ? -1 : vocabulary.Find(unknown),
            FuseUnknown = json.Flag("fuse_unk", origin) ?? false,
            ByteFallback = json.Flag("byte_fallback", origin) ?? false,
            IgnoreMerges = json.Flag("ignore_merges", origin) ?? false,
            ContinuingPrefix = prefix,
            EndSuffix = json.Text("end_of_word_suffix", origin) ?? "",
        };
        var pairs = PartJson.List(json, "merges", origin).Select((m, rank) => Pair(m, rank, origin));
        return Create(vocabulary, pairs, options, unknown, origin);
    }

    /// <summary>A model of its parts.</summary>
    /// <param name="vocabulary">Tokens and ids.</param>
    /// <param name="merges">Pairs in the order of their ranks.</param>
    /// <param name="options">How they are applied.</param>
    /// <param name="unknown">Token of unknown characters, which messages name; null if there is none.</param>
    /// <param name="origin">File, for messages.</param>
    /// <exception cref="InvalidDataException">A merge is of tokens that are not there.</exception>
    public static CharacterBpeModel Create(
        Vocabulary vocabulary, IEnumerable<(string Left, string Right)> merges, BpeOptions options, string? unknown, string origin)
    {
        var ids = new BpeMerges([.. merges.Select(m => Ids(vocabulary, m, options.ContinuingPrefix, origin))]);
        if (unknown is not null && options.Unknown < 0 && ByteBpeModel.TryCreate(vocabulary, ids, options) is null)
            throw CheckpointErrors.Unusable(origin, $"the vocabulary of {vocabulary.Ids.Count} pieces has no '{unknown}', which stands for unknown ones.");
        return new CharacterBpeModel(vocabulary, ids, options);
    }

    /// <summary>A merge as files write it: two tokens with one blank between.</summary>
    /// <exception cref="InvalidDataException">It is not that.</exception>
    public static (string Left, string Right) Pair(string line, int rank, string origin) =>
        line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right)
        : throw CheckpointErrors.Unusable(origin, $"merge {rank} is '{line}'; expected two tokens with one blank between them.");

    private static (string Left, string Right) Pair(JsonElement merge, int rank, string origin)
    {
        if (merge.ValueKind == JsonValueKind.String)
            return Pair(merge.GetString()!, rank, origin);
        return merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2
            && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String
            ? (merge[0].GetString()!, merge[1].GetString()!) : throw JsonFile.Wrong(origin, "merges", merge, "two tokens");
    }

    private static (int Left, int Right, int Merged) Ids(Vocabulary vocabulary, (string Left, string Right) merge, string prefix, string origin)
    {
        var (left, right) = merge;
        var tail = right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right;
        int Id(string token) => vocabulary.Find(token) is >= 0 and var id ? id : throw CheckpointErrors.Unusable(
            origin, $"the merge of '{left}' and '{right}' needs the token '{token}', which the vocabulary of {vocabulary.Ids.Count} pieces lacks.");
        return (Id(left), Id(right), Id(left + tail));
    }
}
