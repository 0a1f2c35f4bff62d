namespace ML.Extensions.Transformers;

/// <summary>A layer norm, or an RMS norm (arXiv 1910.07467).</summary>
/// <param name="Name">Name of its tensors in the file, without ".weight" and ".bias".</param>
/// <param name="Width">Numbers normalised together.</param>
/// <param name="Epsilon">Added to the variance.</param>
internal sealed record NormSpec(string Name, int Width, double Epsilon)
{
    /// <summary>Whether the mean stays: an RMS norm.</summary>
    public bool RootMeanSquare { get; init; }

    /// <summary>Whether a bias is added.</summary>
    public bool Bias { get; init; }

    /// <summary>Added to the stored weight: 1 for Gemma.</summary>
    public double Offset { get; init; }
}
