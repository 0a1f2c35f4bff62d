using System.Text;

namespace ML.Extensions.Benchmarks;

/// <summary>Sentences of filler with one needle on a line of its own at a random sentence boundary.</summary>
/// <param name="Text">The document.</param>
/// <param name="Depth">Share of the filler's words that stand before the needle, 0 to 1.</param>
internal sealed record SyntheticDocument(string Text, double Depth)
{
    /// <summary>Hides the needle.</summary>
    /// <param name="filler">Sentences in order.</param>
    /// <param name="needle">The line to hide.</param>
    /// <param name="part">Places are drawn from this first part of the sentence boundaries, above 0 to 1; 1 is the whole document.</param>
    /// <param name="random">Draws the place.</param>
    public static SyntheticDocument Hide(IReadOnlyList<string> filler, string needle, double part, Random random)
    {
        var place = random.Next((int)(part * filler.Count) + 1);
        var text = new StringBuilder().AppendJoin(' ', filler.Take(place));
        if (place > 0)
            text.Append('\n');
        text.Append(needle);
        if (place < filler.Count)
            text.Append('\n');
        var words = filler.Sum(Words);
        return new(
            text.AppendJoin(' ', filler.Skip(place)).ToString(),
            words == 0 ? 0 : filler.Take(place).Sum(Words) / (double)words);
    }

    /// <summary>Words of a document of this many tokens at most: LongEmbed counts 0.75 words a token.</summary>
    public static int MaxWords(int tokens) => tokens * 3 / 4;

    /// <summary>Words of one sentence, separated by single blanks.</summary>
    public static int Words(string sentence) => sentence.Split(' ').Length;
}
