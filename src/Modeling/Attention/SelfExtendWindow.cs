namespace ML.Extensions.Attention;

/// <summary>
/// Parameters of SelfExtend: tokens nearer than w see each other at their own distance, others at the distance of their
/// groups of g, shifted so that the two meet. Source: arXiv 2401.01325; bidirectional: LongEmbed, arXiv 2404.12096.
/// </summary>
/// <param name="Group">g, tokens that share a far position; at least 1.</param>
/// <param name="Neighbours">w, distances below it are kept; at least 1.</param>
internal sealed record SelfExtendWindow(int Group, int Neighbours)
{
    /// <summary>w - floor(w / g): added to the later token's group.</summary>
    public int Shift => Neighbours - (Neighbours / Group);

    /// <summary>
    /// The paper's parameters for a text that is s times too long: w = L/s and g = s + 1, with s rounded up to a power of 2, as
    /// in all of its tables. Then (s·L - w)/g + w = L.
    /// </summary>
    /// <param name="window">L, trained window, tokens.</param>
    /// <param name="length">Tokens of the text.</param>
    public static SelfExtendWindow For(int window, int length)
    {
        var s = 1;
        while ((long)s * window < length)
            s *= 2;
        return new(s + 1, Math.Max(1, window / s));
    }

    /// <summary>Distance at which query i sees key j.</summary>
    public int Distance(int i, int j) => i - j is var d && Math.Abs(d) < Neighbours ? d
        : (i / Group) - (j / Group) + (d > 0 ? Shift : -Shift);

    /// <summary>Longest text whose distances stay within a window: (L - w)·g + w.</summary>
    public int Limit(int window) => (int)Math.Min(int.MaxValue, ((long)(window - Neighbours) * Group) + Neighbours);
}
