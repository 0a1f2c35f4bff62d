namespace ML.Extensions.Tokenization;

/// <summary>Makes rows of texts and pairs, as a tokenizer's layout says.</summary>
internal static class TokenizedRows
{
    /// <summary>A row of a text or a pair; it is filled only to a fixed length.</summary>
    /// <exception cref="InvalidOperationException">The truncation cannot cut this input so far, as the message tells.</exception>
    public static TokenizedRow Encode(TextTokenizer tokenizer, string text, string? pair = null, bool addSpecial = true) =>
        Fill([Assemble(tokenizer, text, pair, addSpecial)], tokenizer.Layout.Padding)[0];

    /// <summary>Rows of texts, filled to one length.</summary>
    /// <exception cref="InvalidOperationException">The truncation cannot cut an input so far, as the message tells.</exception>
    public static TokenizedRow[] EncodeBatch(TextTokenizer tokenizer, IReadOnlyList<string> texts, bool addSpecial = true) =>
        Fill([.. texts.Select(t => Assemble(tokenizer, t, null, addSpecial))], tokenizer.Layout.Padding);

    private static TokenizedRow Assemble(TextTokenizer tokenizer, string text, string? pair, bool addSpecial)
    {
        var layout = tokenizer.Layout;
        var template = pair is null ? layout.Single : layout.Pair;
        List<TokenizedRow> texts = [OfText(tokenizer.Encode(text), 0)];
        if (pair is not null)
            texts.Add(OfText(tokenizer.Encode(pair), 1));
        if (layout.Truncation is { } truncation)
        {
            var special = addSpecial ? template.Sum(p => p.Ids.Count) : 0;
            RowTruncation.Apply(texts, truncation, Math.Max(0, truncation.MaxLength - special));
        }

        TokenizedRow? row = null;
        foreach (var part in template)
        {
            if (part.Text < 0 && !addSpecial)
                continue;
            var next = part.Text < 0 ? TokenizedRow.Filling(part.Ids, part.TypeId, attention: 1) : Typed(texts[part.Text], part.TypeId);
            row = row is null ? next : Join(row, next);
        }

        return row ?? TokenizedRow.Filling([], 0, 1);
    }

    private static TokenizedRow OfText(TokenizedText text, int which) => new(
        text.Ids, new int[text.Count], new int[text.Count], [.. Enumerable.Repeat(1, text.Count)], text.Starts, text.Ends,
        [.. Enumerable.Repeat(which, text.Count)]);

    private static TokenizedRow Typed(TokenizedRow row, int typeId) => row with
    {
        TypeIds = [.. Enumerable.Repeat(typeId, row.Ids.Length)],
        Overflowing = [.. row.Overflowing.Select(o => Typed(o, typeId))],
    };

    /// <summary>Two parts, and every further window of the one with every window of the other.</summary>
    private static TokenizedRow Join(TokenizedRow left, TokenizedRow right)
    {
        var overflowing = new List<TokenizedRow>();
        foreach (var window in left.Overflowing)
        {
            overflowing.Add(window.Followed(right));
            overflowing.AddRange(right.Overflowing.Select(o => window.Followed(o)));
        }

        overflowing.AddRange(right.Overflowing.Select(o => left.Followed(o)));
        return left.Followed(right) with { Overflowing = overflowing };
    }

    private static TokenizedRow[] Fill(TokenizedRow[] rows, Padding? padding)
    {
        if (padding is null)
            return rows;
        var length = padding.Length ?? rows.Select(r => r.Ids.Length).DefaultIfEmpty(0).Max();
        if (padding.MultipleOf > 1 && length % padding.MultipleOf > 0)
            length += padding.MultipleOf - (length % padding.MultipleOf);
        return [.. rows.Select(r => Fill(r, padding, length))];
    }

    private static TokenizedRow Fill(TokenizedRow row, Padding padding, int length)
    {
        var overflowing = row.Overflowing.Select(o => Fill(o, padding, length)).ToArray();
        var missing = length - row.Ids.Length;
        if (missing <= 0)
            return row with { Overflowing = overflowing };
        var filling = TokenizedRow.Filling([.. Enumerable.Repeat(padding.Id, missing)], padding.TypeId, attention: 0);
        return (padding.Left ? filling.Followed(row) : row.Followed(filling)) with { Overflowing = overflowing };
    }
}
