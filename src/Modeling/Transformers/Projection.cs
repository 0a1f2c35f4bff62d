using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// A product with a fixed matrix: y = x Wᵀ + b. Every weight product of a network goes through here, so that a precision
/// is one more subclass. <see cref="TransformerWeights"/> makes them and owns them.
/// </summary>
internal abstract class Projection : IDisposable
{
    /// <summary>x [T, inputs] to [T, outputs], float32 or the network's own type.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the weights.</summary>
    protected abstract void Dispose(bool disposing);
}
