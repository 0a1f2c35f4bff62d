using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Writes a changed text character by character, each with a change as the tokenizers library counts it: 0 takes the
/// place of the next old character, 1 is new and shares the range of the old character before it, -n takes the place of
/// the next one and drops n further ones.
/// </summary>
internal ref struct ChangeWriter(AlignedText text, WordBuffer output)
{
    private readonly AlignedText _text = text;
    private int _at;

    /// <summary>Old characters are left.</summary>
    public readonly bool More => _at < _text.Length;

    /// <summary>The next old character; half a surrogate pair is U+FFFD.</summary>
    public readonly Rune Next => WordPieceNormalizer.RuneAt(_text.Chars, _at).Rune;

    /// <summary>Passes over old characters.</summary>
    public void Skip(int characters)
    {
        for (; characters > 0 && More; characters--)
            _at += WordPieceNormalizer.RuneAt(_text.Chars, _at).Used;
    }

    /// <summary>Writes the next old character as it is.</summary>
    public void Keep() => Put(Next, 0);

    /// <summary>Writes a character.</summary>
    public void Put(Rune rune, int change)
    {
        var (start, end) = Range(change);
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
            output.Push(unit, start, end);
        if (change <= 0)
            Skip(1 - change);
    }

    private readonly (int Start, int End) Range(int change)
    {
        if (_text.Length == 0)
            return (0, 0);
        if (change <= 0 && More)
            return (_text.Start(_at), _text.End(_at + WordPieceNormalizer.RuneAt(_text.Chars, _at).Used));
        return _at == 0 ? (_text.Start(0), _text.Start(0)) : (_text.Start(Before()), _text.End(_at));
    }

    /// <summary>Start of the old character before the place.</summary>
    private readonly int Before() => _at - (_at > 1 && char.IsSurrogatePair(_text.Chars[_at - 2], _text.Chars[_at - 1]) ? 2 : 1);
}
