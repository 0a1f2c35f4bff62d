namespace ML.Extensions.Tokenization;

/// <summary>
/// Words that start with a blank written as U+2581. Where no token has a blank behind another character, no merge joins
/// two such words, and a long text can be cut word by word with the same result.
/// </summary>
internal static class BlankWords
{
    private const char Blank = SentencePieces.Blank;

    /// <summary>Whether texts may be cut so: the blank is a token, and none has a blank behind another character.</summary>
    public static bool Are(IEnumerable<string> tokens)
    {
        var found = false;
        foreach (var token in tokens)
        {
            found |= token is [Blank];
            if (token.Length > 1 && End(token, 0) < token.Length)
                return false;
        }

        return found;
    }

    /// <summary>Where the word that starts at a place ends.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            var next = text[at..].IndexOf(Blank);
            if (next < 0)
                break;
            at += next;
            if (text[at - 1] != Blank)
                return at;
        }

        return text.Length;
    }
}
