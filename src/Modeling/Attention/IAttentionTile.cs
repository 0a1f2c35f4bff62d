namespace ML.Extensions.Attention;

/// <summary>The inner products of attention for one size of vector registers.</summary>
internal unsafe interface IAttentionTile
{
    /// <summary>Keys of a panel; rows of logits are multiples of it.</summary>
    static abstract int Keys { get; }

    /// <summary>Whether this processor has the instructions.</summary>
    static abstract bool Supported { get; }

    /// <summary>Whether a head's width can be tiled.</summary>
    static abstract bool Fits(int width);

    /// <summary>Logits of 6 queries and a panel of keys.</summary>
    /// <param name="q">Queries, [6, row].</param>
    /// <param name="row">Floats from a query to the next.</param>
    /// <param name="k">A panel of keys by width: [d, Keys].</param>
    /// <param name="d">Width of a head.</param>
    /// <param name="logits">[6, stride]; the first Keys columns are written.</param>
    /// <param name="stride">Floats from a row of logits to the next.</param>
    static abstract void Logits(float* q, nint row, float* k, int d, float* logits, nint stride);

    /// <summary>Adds the weighted values.</summary>
    /// <param name="weights">[queries, stride].</param>
    /// <param name="stride">Floats from a row of weights to the next.</param>
    /// <param name="v">Values, [keys, d].</param>
    /// <param name="keys">Keys.</param>
    /// <param name="d">Width of a head.</param>
    /// <param name="sums">[queries, d].</param>
    /// <param name="queries">A multiple of 12.</param>
    static abstract void Values(float* weights, nint stride, float* v, int keys, int d, float* sums, int queries);

    /// <summary>The largest of a row of logits.</summary>
    static abstract float Largest(float* row, int count);

    /// <summary>Replaces each x of a row by e^(x - largest), and sums them.</summary>
    static abstract float Exponentials(float* row, int count, float largest);
}
