using ML.Extensions.Kernels;
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

    /// <summary>residual + the product: [T, outputs].</summary>
    public virtual Tensor ForwardOnto(Tensor x, Tensor residual) => residual.Plus(Forward(x));

    /// <summary>An activation of the product, by its name in config.json: [T, outputs].</summary>
    public virtual Tensor ForwardActivated(Tensor x, string activation) => Activations.Of(activation)(Forward(x));

    /// <summary>Bytes of the weights.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether <see cref="Row"/> can be called.</summary>
    public virtual bool HasRow => false;

    /// <summary>One row, float32 on the CPU, by all cores.</summary>
    /// <param name="x">[inputs].</param>
    /// <param name="y">[outputs].</param>
    public virtual unsafe void Row(float* x, float* y) => throw new NotSupportedException($"{GetType().Name} has no rows.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the weights.</summary>
    protected abstract void Dispose(bool disposing);
}
