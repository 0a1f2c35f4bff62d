using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A layer's feed-forward part with its weights.</summary>
internal sealed class FeedForward(FeedForwardSpec spec, TransformerWeights weights)
{
    private readonly Projection _up = weights.Projection(spec.Up)!;
    private readonly Projection _down = weights.Projection(spec.Down)!;
    private readonly Func<Tensor, Tensor> _activation = Activations.Of(spec.Activation); // of a gate

    /// <summary>Whether <see cref="Row"/> can be called.</summary>
    public bool HasRow => _up.HasRow && _down.HasRow && RowActivation.IsClose(spec.Activation);

    /// <summary>One row x [D] to y [D], float32 on the CPU.</summary>
    public unsafe void Row(TokenStep step, float* x, float* y)
    {
        var (up, f) = (spec.Up.Outputs, spec.Down.Inputs);
        var wide = step.Wide(up);
        _up.Row(x, wide);
        RowActivation.Run(spec.Activation, new(wide, f));
        for (var i = 0; spec.Gated && i < f; i++)
            wide[i] *= wide[f + i];
        _down.Row(wide, y);
    }

    /// <summary>x [T, D] to [T, D].</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _down.Forward(Active(x)).MoveToOuterDisposeScope();
    }

    /// <summary>residual + what <see cref="Forward"/> gives: [T, D].</summary>
    public Tensor ForwardOnto(Tensor x, Tensor residual)
    {
        using var scope = NewDisposeScope();
        return _down.ForwardOnto(Active(x), residual).MoveToOuterDisposeScope();
    }

    private Tensor Active(Tensor x) // [T, F]
    {
        if (!spec.Gated)
            return _up.ForwardActivated(x, spec.Activation);
        var up = _up.Forward(x); // [T, 2F]
        var halves = up.split(up.shape[1] / 2, 1);
        var gate = _activation(halves[0]);
        return gate.requires_grad ? gate * halves[1] : gate.mul_(halves[1]); // a gradient may need the gate
    }
}
