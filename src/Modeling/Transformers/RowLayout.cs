namespace ML.Extensions.Transformers;

/// <summary>How a file holds a product's matrix.</summary>
internal enum RowLayout
{
    /// <summary>[outputs, inputs], rows in our order.</summary>
    Plain,

    /// <summary>[inputs, outputs]: GPT-2.</summary>
    Transposed,

    /// <summary>Query, key and value of a head stand together, [H, 3, d] rows: GPT-NeoX, BLOOM. Ours is [3, H, d].</summary>
    PerHead,

    /// <summary>Two halves in the other order than ours: what the gate multiplies comes first in the file.</summary>
    SwappedHalves,
}
