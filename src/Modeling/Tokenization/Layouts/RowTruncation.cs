namespace ML.Extensions.Tokenization;

/// <summary>Cuts the texts of a row; what is cut off becomes further windows.</summary>
internal static class RowTruncation
{
    /// <summary>Cuts one or two texts in place.</summary>
    /// <param name="texts">The texts' tokens.</param>
    /// <param name="truncation">Side, strategy and stride.</param>
    /// <param name="length">Most tokens of all texts together.</param>
    /// <exception cref="InvalidOperationException">The text that may be cut is missing or too short.</exception>
    public static void Apply(List<TokenizedRow> texts, Truncation truncation, int length)
    {
        var excess = texts.Sum(t => t.Ids.Length) - length;
        if (excess <= 0 && length > 0)
            return;
        if (length == 0)
        {
            for (var i = 0; i < texts.Count; i++)
                texts[i] = Cut(texts[i], 0, truncation);
            return;
        }

        if (truncation.Strategy == TruncationStrategy.LongestFirst)
        {
            var lengths = texts.Count == 1 ? [length] : Shares(texts[0].Ids.Length, texts[1].Ids.Length, length);
            for (var i = 0; i < texts.Count; i++)
                texts[i] = Cut(texts[i], lengths[i], truncation);
            return;
        }

        var which = truncation.Strategy == TruncationStrategy.OnlyFirst ? 0 : 1;
        if (which >= texts.Count)
            throw new InvalidOperationException("The tokenizer's truncation OnlySecond needs a second text; there is none.");
        if (texts[which].Ids.Length <= excess)
            throw new InvalidOperationException(
                $"The tokenizer's truncation {truncation.Strategy} must take {excess} tokens from a text that has {texts[which].Ids.Length}.");
        texts[which] = Cut(texts[which], texts[which].Ids.Length - excess, truncation);
    }

    private static int[] Shares(int first, int second, int length)
    {
        var (shorter, longer) = (Math.Min(first, second), Math.Max(first, second));
        longer = shorter > length ? shorter : Math.Max(shorter, length - shorter);
        if (shorter + longer > length)
            (shorter, longer) = (length / 2, (length / 2) + (length % 2));
        return first > second ? [longer, shorter] : [shorter, longer];
    }

    private static TokenizedRow Cut(TokenizedRow row, int length, Truncation truncation)
    {
        var count = row.Ids.Length;
        if (length >= count)
            return row;
        if (length == 0)
            return row.Part(0, 0) with { Overflowing = [row] };
        if (truncation.Stride >= length)
            throw new InvalidOperationException(
                $"The tokenizer's truncation has stride {truncation.Stride}; a window has {length} tokens of the text, and the stride must be smaller.");
        var (step, windows) = (length - truncation.Stride, new List<TokenizedRow>());
        if (truncation.Left)
        {
            for (var end = count; end > 0; end -= step)
            {
                windows.Add(row.Part(Math.Max(0, end - length), end));
                if (end <= length)
                    break;
            }
        }
        else
        {
            for (var start = 0; start < count; start += step)
            {
                windows.Add(row.Part(start, Math.Min(start + length, count)));
                if (start + length >= count)
                    break;
            }
        }

        return windows[0] with { Overflowing = windows[1..] };
    }
}
