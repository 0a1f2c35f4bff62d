namespace ML.Extensions.Tokenization;

/// <summary>
/// UnicodeScripts: cuts where the script changes. Kana count as Han; blanks and characters of no script belong to what
/// stands before them, and are dropped at the start, as the tokenizers library does it.
/// </summary>
internal sealed class ScriptPreTokenizer : PreTokenizer
{
    private const int Any = -1;
    private const int NothingYet = -2;
    private static readonly int Han = Number("Han");
    private static readonly int[] Kana = [Number("Hiragana"), Number("Katakana")];

    /// <inheritdoc/>
    public override void Apply(PieceText text) => text.Cut(Cut);

    private static void Cut(PieceText text, (int Start, int End) piece, List<(int Start, int End)> pieces)
    {
        var (first, last) = (-1, NothingYet);
        for (var at = piece.Start; at < piece.End;)
        {
            var (rune, used) = WordPieceNormalizer.RuneAt(text.Text.Chars[..piece.End], at);
            var script = Script(rune.Value);
            if (script != Any && script != last)
            {
                if (first >= 0)
                    pieces.Add((first, at));
                (first, last) = (at, script);
            }

            at += used;
        }

        if (first >= 0)
            pieces.Add((first, piece.End));
    }

    private static int Script(int character)
    {
        if (character == ' ')
            return Any;
        var script = character == 0x30FC ? Han : UnicodeTables.Instance.Script(character);
        return Kana.Contains(script) ? Han : script;
    }

    private static int Number(string name) => UnicodeTables.Instance.ScriptNames.Index().First(s => s.Item == name).Index;
}
