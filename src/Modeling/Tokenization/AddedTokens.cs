namespace ML.Extensions.Tokenization;

/// <summary>Added tokens in two passes: those matched in the raw text, then between them those matched in the normalised text.</summary>
internal sealed class AddedTokens
{
    private AddedTokens(AddedTokenMatcher? raw, AddedTokenMatcher? normalized) => (Raw, Normalized) = (raw, normalized);

    /// <summary>Finds tokens in the raw text; null if there are none.</summary>
    public AddedTokenMatcher? Raw { get; }

    /// <summary>Finds tokens in the normalised text; null if there are none.</summary>
    public AddedTokenMatcher? Normalized { get; }

    /// <summary>Takes tokens, and what the tokenizer makes of a text before it looks for those that match the normalised text.</summary>
    public static AddedTokens Create(IReadOnlyList<AddedToken> tokens, Func<string, string> normalize)
    {
        var raw = Matcher(tokens.Where(t => !t.Normalized).Select(t => (t.Content, t)));
        return new(raw, Matcher(tokens.Where(t => t.Normalized).Select(t => (normalize(t.Content), t))));
    }

    private static AddedTokenMatcher? Matcher(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        var some = tokens.Where(t => t.Content.Length > 0).ToArray();
        return some.Length == 0 ? null : new(some);
    }
}
