using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads the added tokens of a tokenizer.json.</summary>
internal static class AddedTokenJson
{
    /// <summary>The tokens in the file's order.</summary>
    /// <param name="root">The file's object.</param>
    /// <param name="find">Id of a token of the model; -1 if it is none.</param>
    /// <param name="origin">File, for messages.</param>
    /// <exception cref="InvalidDataException">A token is wrong, or the vocabulary gives it another id.</exception>
    public static IReadOnlyList<AddedToken> Read(JsonElement root, Func<string, int> find, string origin)
    {
        var tokens = new List<AddedToken>();
        if (root.Find("added_tokens") is not { } list)
            return tokens;
        if (list.ValueKind != JsonValueKind.Array)
            throw JsonFile.Wrong(origin, "added_tokens", list, "a list");
        foreach (var t in list.EnumerateArray())
        {
            if (t.Text("content", origin) is not { } content || t.Find("id") is not { } number)
                throw JsonFile.Wrong(origin, "added_tokens", t, "a token with content and id");
            var id = Vocabulary.Id(number, content, origin);
            if (find(content) is >= 0 and var known && known != id)
                throw CheckpointErrors.Unusable(origin, $"added token '{content}' has id {id}, the vocabulary gives it {known}.");
            bool Flag(string name) => t.Flag(name, origin) ?? false;
            tokens.Add(new(content, id, Flag("lstrip"), Flag("rstrip"), Flag("single_word"), Flag("normalized"), Flag("special")));
        }

        return tokens;
    }
}
