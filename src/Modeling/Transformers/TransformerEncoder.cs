using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Positions;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A <see cref="TransformerNetwork"/> as an encoder of texts: states behind the final norm, causal or not.</summary>
internal sealed class TransformerEncoder : TextEncoder
{
    private readonly TransformerNetwork _network;
    private readonly Device _device;

    private TransformerEncoder(TransformerNetwork network, Precision precision, Device device) =>
        (_network, Precision, _device) = (network, precision, device);

    /// <inheritdoc/>
    public override EncoderConfig Config => _network.Spec;

    /// <inheritdoc/>
    public override PositionKind Positions => _network.Spec.Positions;

    /// <inheritdoc/>
    public override RotaryConfig? Rotary => _network.Spec.Blocks.OrderBy(b => b.Attention.Reach is not null)
        .Select(b => b.Attention.Positions).OfType<PositionEncoding.Rotary>().FirstOrDefault()?.Config;

    /// <inheritdoc/>
    public override bool Causal => _network.Spec.Causal;

    /// <inheritdoc/>
    public override bool AllLayersSlide => _network.Spec.Blocks.All(b => b.Attention.Reach is not null);

    /// <inheritdoc/>
    public override long ParameterCount => _network.ParameterCount;

    /// <inheritdoc/>
    public override Precision Precision { get; }

    /// <summary>Opens the network that a spec describes.</summary>
    public static TextEncoder Create(TransformerSpec spec, Weights weights, Precision precision, ComputeDevice device)
    {
        var target = device.Resolve();
        using var _ = inference_mode();
        var chosen = PrecisionProbe.Choose(precision, target, spec.Width, spec.FeedForwardWidth);
        return new TransformerEncoder(new(spec, weights, chosen, target, head: false), chosen, target);
    }

    /// <inheritdoc/>
    public override Tensor Encode(PackedTokens batch, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        if (_network.Spec.Embedding.FirstPosition is > 0 and var first)
            batch = batch.PassOver(first - 1);
        if (_device.type != DeviceType.CPU)
            return Forward(batch, output).to(ScalarType.Float32, CPU).MoveToOuterDisposeScope();
        var states = empty(output == EncoderOutput.FirstToken ? batch.Lengths.Length : batch.Ids.Length, Config.Width);
        var (wide, narrow) = BatchSplit.Of(batch.Lengths, TorchThreads.Count);
        foreach (var part in wide)
            TorchThreads.RunWide(() => Fill(states, batch, part, output));
        if (narrow.Count > 0)
            TorchThreads.RunNarrow([.. narrow.Select(part => (Action)(() => Fill(states, batch, part, output)))]);
        return states.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _network.Dispose();
        base.Dispose(disposing);
    }

    private void Fill(Tensor states, PackedTokens batch, BatchPart part, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var (first, count) = output == EncoderOutput.FirstToken ? (part.First, part.Count) : (part.Start, part.Tokens);
        states.narrow(0, first, count).copy_(Forward(batch.Slice(part), output));
    }

    private Tensor Forward(PackedTokens batch, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        return _network.Forward(_network.Begin(batch), PlainAttention.Instance, output).MoveToOuterDisposeScope();
    }
}
