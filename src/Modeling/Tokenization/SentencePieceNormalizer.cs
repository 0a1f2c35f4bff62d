namespace ML.Extensions.Tokenization;

/// <summary>
/// Prepares a text as the SentencePiece library does: user-defined pieces stay, else the longest entry of the character
/// map is replaced; blanks are joined, dropped at both ends and written as U+2581, as the model asks.
/// </summary>
internal sealed class SentencePieceNormalizer
{
    private readonly SentencePieceModel _model;
    private readonly PieceTrie? _user;
    private readonly bool[] _plain = new bool[128]; // ASCII that stays, if ASCII follows

    public SentencePieceNormalizer(SentencePieces pieces)
    {
        (_model, _user) = (pieces.Model, pieces.UserDefined);
        for (var c = 0; c < 128; c++)
            _plain[c] = c != ' ' && _model.Characters?.StartsInAscii((char)c) != true && !StartsUser((char)c);
    }

    /// <summary>Writes what a part of a text becomes.</summary>
    /// <param name="text">The text; origins count from its start.</param>
    /// <param name="from">First unit of the part.</param>
    /// <param name="to">First unit behind the part.</param>
    /// <param name="dummy">Whether the part gets the model's dummy prefix, or suffix.</param>
    /// <param name="output">Takes the result in place of what it held.</param>
    public void Write(ReadOnlySpan<char> text, int from, int to, bool dummy, SentencePieceBuffer output)
    {
        var part = text[..to];
        var at = from;
        output.Length = 0;
        var trims = _model.RemoveExtraWhitespaces;
        while (trims && at < to && Prefix(part, at, out var used) is " ")
            at += used;
        if (at == to)
            return;
        dummy &= _model.AddDummyPrefix;
        if (dummy && !_model.WhitespaceIsSuffix)
            Push(' ', at, output);
        var blank = trims;
        while (at < to)
        {
            if (part[at] < 0x80 && _plain[part[at]] && (at + 1 == to || part[at + 1] < 0x80))
            {
                output.Push(part[at], at);
                (at, blank) = (at + 1, false);
                continue;
            }

            var written = Prefix(part, at, out var used);
            if (blank)
                written = written.TrimStart(' ');
            foreach (var unit in written)
                Push(unit, at, output);
            if (written.Length > 0)
                blank = trims && written[^1] == ' ';
            at += used;
        }

        Finish(at, dummy && _model.WhitespaceIsSuffix, output);
    }

    private void Finish(int end, bool suffix, SentencePieceBuffer output)
    {
        var blank = _model.EscapeWhitespaces ? SentencePieces.Blank : ' ';
        while (_model.RemoveExtraWhitespaces && output.Length > 0 && output.Units[^1] == blank)
        {
            end = output.Starts[^1];
            output.Length--;
        }

        if (suffix)
            Push(' ', end, output);
        output.Close(end);
    }

    private void Push(char unit, int origin, SentencePieceBuffer output) =>
        output.Push(unit == ' ' && _model.EscapeWhitespaces ? SentencePieces.Blank : unit, origin);

    /// <summary>What the text's next part becomes, and its length.</summary>
    private ReadOnlySpan<char> Prefix(ReadOnlySpan<char> text, int at, out int used)
    {
        if (_user is not null && _user.Longest(text, at, out _) is > 0 and var user)
        {
            used = user;
            return text.Slice(at, user);
        }

        if (_model.Characters is { } map && map.Longest(text, at, out used) is { } replacement)
            return replacement;
        Utf8.At(text, at, out _, out used);
        return used == 1 && char.IsSurrogate(text[at]) ? "\uFFFD" : text.Slice(at, used);
    }

    private bool StartsUser(char c)
    {
        var at = 0;
        return _user is not null && _user.Next(PieceTrie.Root, [c], ref at) >= 0;
    }
}
