using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>One layer: attention and feed-forward, each with its residual and norms, one behind the other or side by side.</summary>
internal sealed class TransformerLayer
{
    private readonly LayerSpec _spec;
    private readonly int _number;
    private readonly SelfAttention _attention;
    private readonly FeedForward _feedForward;
    private readonly Norm?[] _norms;

    /// <summary>Reads layer <paramref name="n"/>.</summary>
    public TransformerLayer(LayerSpec spec, int n, TransformerWeights weights)
    {
        (_spec, _number) = (spec, n);
        _attention = new(spec.Attention, n, weights);
        _feedForward = new(spec.FeedForward, weights);
        var (first, second) = (spec.AttentionResidual, spec.FeedForwardResidual);
        _norms = [.. new[] { first.Before, first.Inner, first.Behind, second.Before, second.Inner, second.Behind }.Select(weights.Norm)];
    }

    /// <summary>Whether <see cref="Row"/> can be called.</summary>
    public bool HasRow => !_spec.Parallel && _attention.HasRow && _feedForward.HasRow;

    /// <summary>One new token, float32 on the CPU: the step's state goes through the layer.</summary>
    public unsafe void Row(TokenStep step, int width)
    {
        _attention.Row(step, Before(_norms[0], step, width), step.Part);
        Add(step, width, _norms[1], _norms[2], _spec.AttentionResidual);
        _feedForward.Row(step, Before(_norms[3], step, width), step.Part);
        Add(step, width, _norms[4], _norms[5], _spec.FeedForwardResidual);
    }

    private static unsafe float* Before(Norm? norm, TokenStep step, int width)
    {
        if (norm is null)
            return step.State;
        norm.Row(step.State, step.Normed, width);
        return step.Normed;
    }

    private static unsafe void Add(TokenStep step, int width, Norm? inner, Norm? behind, ResidualSpec spec)
    {
        inner?.Row(step.Part, step.Part, width);
        for (var i = 0; i < width; i++)
            step.State[i] += step.Part[i] * (float)spec.Multiplier;
        behind?.Row(step.State, step.State, width);
    }

    /// <summary>x [T, D] to [T, D], or to the first tokens' [N, D].</summary>
    public Tensor Forward(Tensor x, TransformerPass pass, IAttention method, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var mixed = _attention.Mix(Apply(_norms[0], x), pass, method, output);
        if (output == EncoderOutput.FirstToken)
            x = x.index_select(0, pass.Firsts());
        if (method.Kept(_number) is { } kept)
            x = x.index_select(0, kept);
        if (_spec.Parallel)
        {
            var attended = Apply(_norms[1], _attention.Output(mixed));
            var other = Apply(_norms[4], _feedForward.Forward(Apply(_norms[3], x)));
            return Add(Add(x, attended, _spec.AttentionResidual), other, _spec.FeedForwardResidual).MoveToOuterDisposeScope();
        }

        x = Apply(_norms[2], _norms[1] is null && _spec.AttentionResidual.Multiplier == 1
            ? _attention.OutputOnto(mixed, x) : Add(x, Apply(_norms[1], _attention.Output(mixed)), _spec.AttentionResidual));
        var inner = Apply(_norms[3], x);
        return Apply(_norms[5], _norms[4] is null && _spec.FeedForwardResidual.Multiplier == 1
            ? _feedForward.ForwardOnto(inner, x) : Add(x, Apply(_norms[4], _feedForward.Forward(inner)), _spec.FeedForwardResidual)).MoveToOuterDisposeScope();
    }

    private static Tensor Apply(Norm? norm, Tensor x) => norm is null ? x : norm.Forward(x);

    private static Tensor Add(Tensor x, Tensor part, ResidualSpec spec) => x.Plus(spec.Multiplier == 1 ? part : part.Times(spec.Multiplier));
}
