using ML.Extensions.Attention;
using ML.Extensions.Encoders;

namespace ML.Extensions.LongText;

/// <summary>
/// Lays a tokenized text out for the encoder under an extension strategy. Pure arithmetic on ids; no tensor.
/// Source: LongEmbed, arXiv 2404.12096, section 4 and appendix B; its released code where the paper is silent.
/// </summary>
/// <param name="Window">Trained window in tokens, special ones included.</param>
/// <param name="Extension">Strategy for texts beyond the window; not Auto.</param>
/// <param name="LogLengthScaling">Whether logits are multiplied by max(1, ln length / ln window).</param>
/// <param name="MaxTokens">Most tokens of one sequence.</param>
/// <param name="Beyond">What happens to longer texts.</param>
/// <param name="Prefix">Special ids before a text.</param>
/// <param name="Suffix">Special ids after it.</param>
internal sealed record TextPlanner(
    int Window,
    ContextExtension Extension,
    bool LogLengthScaling,
    int MaxTokens,
    BeyondLimit Beyond,
    IReadOnlyList<int> Prefix,
    IReadOnlyList<int> Suffix)
{
    /// <summary>How the model knows the order of tokens.</summary>
    public PositionKind Kind { get; init; } = PositionKind.Absolute;

    private int Specials => Prefix.Count + Suffix.Count;

    /// <summary>Longest text, special tokens included, that one call of the strategy takes.</summary>
    public int Limit => Extension switch
    {
        ContextExtension.NoExtension => Math.Min(Window, MaxTokens),
        ContextExtension.GroupedPositionsExtension { Factor: { } s } => (int)Math.Min((long)Window * s, MaxTokens),
        ContextExtension.PositionInterpolationExtension { Factor: { } s } => (int)Math.Min((long)Window * s, MaxTokens),
        ContextExtension.NtkAwareExtension { Factor: { } s } => (int)Math.Min(Window * s, MaxTokens),
        ContextExtension.YarnExtension { Factor: { } s } => (int)Math.Min(Window * s, MaxTokens),
        ContextExtension.SelfExtendExtension { Group: { } g, Window: { } w } => Math.Min(Math.Max(Window, new SelfExtendWindow(g, w).Limit(Window)), MaxTokens),
        _ => MaxTokens,
    };

    /// <summary>Plans one text.</summary>
    /// <param name="prompt">Ids of the prompt, repeated in every window.</param>
    /// <param name="body">Ids of the text, [n].</param>
    /// <exception cref="InvalidOperationException">The text is over the limit and <see cref="Beyond"/> says Error, or the prompt fills the window.</exception>
    public TextPlan Plan(IReadOnlyList<int> prompt, int[] body)
    {
        var lead = Specials + prompt.Count;
        var count = lead + body.Length;
        var room = Math.Min(Window, Limit) - lead;
        if (room < 1)
        {
            if (Beyond == BeyondLimit.Truncate && Math.Min(Window, Limit) > Specials)
                return Cut(prompt, body, count);
            throw new InvalidOperationException(
                $"The prompt takes {prompt.Count} tokens; with {Specials} special ones no room is left in a window of {Math.Min(Window, Limit)} tokens.");
        }

        if (count <= Math.Min(Window, Limit))
            return new([Sequence(prompt, body, 0, body.Length)], count, count, "none");
        if (count <= Limit)
            return Extended(prompt, body, 0, body.Length, count);

        switch (Beyond)
        {
            case BeyondLimit.Error:
                throw new InvalidOperationException(
                    $"A text has {count} tokens; the limit is {Limit}. Raise MaxTokens, or set BeyondLimit to ParallelWindows, Split or Truncate.");
            case BeyondLimit.Truncate:
                var kept = Limit - lead;
                return (Limit <= Window
                    ? new TextPlan([Sequence(prompt, body, 0, kept)], count, Limit, "none")
                    : Extended(prompt, body, 0, kept, Limit)) with
                { TokenCount = count, TokensUsed = Limit };
            case BeyondLimit.Split when Limit > Window:
                var pieces = Pieces(body.Length, Limit - lead)
                    .SelectMany(p => Extended(prompt, body, p.Start, p.Length, p.Length + lead).Sequences).ToArray();
                return new(NewTokensOnly(pieces), count, count, Extension.Name + "+split");
            case BeyondLimit.Split:
                return Windows(prompt, body, 0, body.Length, count, "split");
            default:
                return Windows(prompt, body, 0, body.Length, count, "pcw");
        }
    }

    /// <summary>
    /// Start and length of each piece of n tokens: consecutive, and the last one moved back so that it is as long as
    /// the others (it overlaps its neighbour).
    /// </summary>
    internal static IEnumerable<(int Start, int Length)> Pieces(int n, int size)
    {
        for (var at = 0; at < n; at += size)
        {
            if (at + size >= n)
            {
                var start = Math.Max(0, n - size);
                yield return (start, n - start);
                yield break;
            }

            yield return (at, size);
        }
    }

    /// <summary>
    /// The sequence that the model's own window holds of a text: one of the plan's where it is among them, as with
    /// parallel windows, else one beside it.
    /// </summary>
    internal TextSequence FirstWindow(TextPlan plan, IReadOnlyList<int> prompt, int[] body)
    {
        var room = Math.Min(Window, MaxTokens) - Specials - prompt.Count;
        var first = plan.Sequences[0];
        return room < 1 || (first.Positions is null && first.LogitScale == 1 && first.BodyLength == Math.Min(room, body.Length))
            ? first : Sequence(prompt, body, 0, Math.Min(room, body.Length));
    }

    /// <summary>A prompt that fills the window: what fits of prompt and body, in that order.</summary>
    private TextPlan Cut(IReadOnlyList<int> prompt, int[] body, int count)
    {
        var kept = Math.Min(count, Math.Min(Window, Limit)) - Specials;
        int[] ids = [.. Prefix, .. prompt.Concat(body).Take(kept), .. Suffix];
        var used = Math.Max(0, kept - prompt.Count);
        return new([new(ids, Prefix.Count + Math.Min(kept, prompt.Count), 0, used)], count, ids.Length, "none");
    }

    private TextPlan Extended(IReadOnlyList<int> prompt, int[] body, int start, int length, int count)
    {
        var total = length + Specials + prompt.Count;
        if (total <= Window)
            return new([Sequence(prompt, body, start, length)], count, count, "none");
        if (Extension is ContextExtension.ParallelWindowsExtension)
            return Windows(prompt, body, start, length, count, "pcw");
        var scale = LogLengthScaling ? (float)Math.Max(1, Math.Log(total) / Math.Log(Window)) : 1f;
        return new(
            [ExtendedSequence.Of(Extension, Sequence(prompt, body, start, length), Window, Kind) with { LogitScale = scale }],
            count, count, Extension.Name + (scale > 1 ? "+log" : ""));
    }

    private TextPlan Windows(IReadOnlyList<int> prompt, int[] body, int start, int length, int count, string name)
    {
        var room = Math.Min(Window, Limit) - Specials - prompt.Count;
        // Without a window nothing is gained by pieces of one length: none overlap, and each counts by its tokens.
        var windows = (Window == int.MaxValue
            ? Enumerable.Range(0, (length + room - 1) / room).Select(i => (Start: i * room, Length: Math.Min(room, length - (i * room))))
            : Pieces(length, room)).Select(p => Sequence(prompt, body, start + p.Start, p.Length) with { Weight = Window == int.MaxValue ? p.Length : 1 }).ToArray();
        return new(NewTokensOnly(windows), count, count, name);
    }

    private static TextSequence[] NewTokensOnly(TextSequence[] windows)
    {
        for (var i = 1; i < windows.Length; i++)
        {
            var seen = windows[i - 1].BodyStart + windows[i - 1].BodyLength;
            windows[i] = windows[i] with { NewFrom = Math.Max(windows[i].BodyStart, seen) };
        }

        return windows;
    }

    private TextSequence Sequence(IReadOnlyList<int> prompt, int[] body, int start, int length) =>
        new([.. Prefix, .. prompt, .. body.AsSpan(start, length), .. Suffix], Prefix.Count + prompt.Count, start, length);
}
