using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>NFC, NFD, NFKC and NFKD. Source: Unicode Standard Annex 15; changes are counted as the tokenizers library counts them.</summary>
internal sealed class UnicodeFormNormalizer(bool compatible, bool composed) : TextNormalizer
{
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int Leads = 19, Vowels = 21, Tails = 28, Syllables = Leads * Vowels * Tails;

    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text)
    {
        if (!composed || compatible)
            return Ascii.IsValid(text);
        if (!text.ContainsAnyExceptInRange('\0', '\u02ff'))
            return true;
        foreach (var c in text)
            if (c >= 0x300 && !UnicodeTables.Instance.StaysComposed(c))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        var parts = Decompose(text);
        Sort(parts);
        if (composed)
            Compose(parts);
        var writer = new ChangeWriter(text, output);
        foreach (var part in parts)
            writer.Put(new Rune(part.Character), part.Change);
    }

    private List<Part> Decompose(AlignedText text)
    {
        var (tables, parts) = (UnicodeTables.Instance, new List<Part>(text.Length));
        for (var at = 0; at < text.Length;)
        {
            var (rune, used) = WordPieceNormalizer.RuneAt(text.Chars, at);
            at += used;
            var c = rune.Value;
            if (c < 0x80)
            {
                parts.Add(new(c, 0, 0));
            }
            else if (c - SyllableBase is >= 0 and < Syllables and var s)
            {
                parts.Add(new(LeadBase + (s / (Vowels * Tails)), 0, 0));
                parts.Add(new(VowelBase + (s % (Vowels * Tails) / Tails), 1, 0));
                if (s % Tails > 0)
                    parts.Add(new(TailBase + (s % Tails), 1, 0));
            }
            else if (tables.Decompose(c, compatible) is { } split)
            {
                for (var i = 0; i < split.Length; i++)
                    parts.Add(new(split[i], i == 0 ? 0 : 1, tables.Class(split[i])));
            }
            else
            {
                parts.Add(new(c, 0, tables.Class(c)));
            }
        }

        return parts;
    }

    /// <summary>Puts each run of marks in the order of their classes; those of equal class stay in theirs.</summary>
    private static void Sort(List<Part> parts)
    {
        for (var from = 0; from < parts.Count; from++)
        {
            var (to, sorted) = (from, true);
            for (; to < parts.Count && parts[to].Class != 0; to++)
                sorted &= to == from || parts[to - 1].Class <= parts[to].Class;
            if (!sorted)
            {
                var run = parts.GetRange(from, to - from).OrderBy(p => p.Class).ToArray();
                for (var i = 0; i < run.Length; i++)
                    parts[from + i] = run[i];
            }

            from = Math.Max(from, to - 1);
        }
    }

    private static void Compose(List<Part> parts)
    {
        var (starter, last, kept) = (-1, -1, 0);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (starter >= 0 && (last < part.Class || last == -1) && Pair(parts[starter].Character, part.Character) is >= 0 and var whole)
            {
                parts[starter] = new(whole, parts[starter].Change + part.Change - 1, 0);
                continue;
            }

            if (part.Class == 0)
                (starter, last) = (kept, -1);
            else
                last = part.Class;
            parts[kept++] = part;
        }

        parts.RemoveRange(kept, parts.Count - kept);
    }

    private static int Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads and var lead && second - VowelBase is >= 0 and < Vowels and var vowel)
            return SyllableBase + (((lead * Vowels) + vowel) * Tails);
        if (first - SyllableBase is >= 0 and < Syllables and var syllable && syllable % Tails == 0 && second - TailBase is > 0 and < Tails and var tail)
            return SyllableBase + syllable + tail;
        return UnicodeTables.Instance.Compose(first, second);
    }

    private readonly record struct Part(int Character, int Change, int Class);
}
