using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A layer's feed-forward part with its weights.</summary>
internal sealed class FeedForward(FeedForwardSpec spec, TransformerWeights weights)
{
    private readonly Projection _up = weights.Projection(spec.Up)!;
    private readonly Projection _down = weights.Projection(spec.Down)!;
    private readonly Func<Tensor, Tensor> _activation = Activations.Of(spec.Activation);

    /// <summary>x [T, D] to [T, D].</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var up = _up.Forward(x); // [T, F or 2F]
        if (!spec.Gated)
            return _down.Forward(_activation(up)).MoveToOuterDisposeScope();
        var half = up.shape[1] / 2;
        return _down.Forward(_activation(up.narrow(1, 0, half)).mul_(up.narrow(1, half, half))).MoveToOuterDisposeScope();
    }
}
