namespace ML.Extensions.Attention;

/// <summary>Where heads lie in a row of packed projections [T, (H + 2·KeyHeads)·d]: queries, keys, values.</summary>
/// <param name="Heads">Query heads H.</param>
/// <param name="KeyHeads">Key and value heads; each serves H / KeyHeads query heads.</param>
/// <param name="Width">Width d of a head.</param>
internal readonly record struct PackedHeads(int Heads, int KeyHeads, int Width)
{
    /// <summary>Floats of a row.</summary>
    public int Row => (Heads + (2 * KeyHeads)) * Width;
}
