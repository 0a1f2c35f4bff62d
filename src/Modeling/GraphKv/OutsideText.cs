using ML.Extensions.Tokenization;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Turns a text from outside into tokens between parts that the program wrote: what spells a special token in it, as the end of a
/// turn, is cut behind its first character and so becomes ordinary tokens. Other texts have the tokens of one whole string.
/// </summary>
internal sealed class OutsideText
{
    private readonly TextTokenizer _tokenizer;
    private readonly string[] _special;

    /// <summary>Takes the tokenizer that knows the special tokens.</summary>
    public OutsideText(TextTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _special = [.. tokenizer.SpecialTexts.Where(s => s.Length > 1)];
    }

    /// <summary>Tokens of the parts and the text between them.</summary>
    /// <param name="before">What stands before; its special tokens count.</param>
    /// <param name="text">The text from outside.</param>
    /// <param name="after">What stands behind; its special tokens count.</param>
    public int[] Ids(string before, string text, string after)
    {
        var cuts = Cuts(text);
        if (cuts.Count == 0)
            return _tokenizer.Encode(before + text + after).Ids;
        var ids = new List<int>();
        var start = 0;
        foreach (var cut in cuts)
        {
            ids.AddRange(_tokenizer.Encode((start == 0 ? before : "") + text[start..cut]).Ids);
            start = cut;
        }

        ids.AddRange(_tokenizer.Encode(text[start..] + after).Ids);
        return [.. ids];
    }

    /// <summary>A place inside each special token that the text spells, in order.</summary>
    private List<int> Cuts(string text)
    {
        var cuts = new List<int>();
        for (var at = 0; at < text.Length;)
        {
            var next = _special.Select(s => text.IndexOf(s, at, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
            if (next < 0)
                break;
            cuts.Add(next + 1);
            at = next + 1;
        }

        return cuts;
    }
}
