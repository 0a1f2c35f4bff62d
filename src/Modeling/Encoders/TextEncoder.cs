using ML.Extensions.Positions;
using TorchSharp;

namespace ML.Extensions.Encoders;

/// <summary>A bidirectional encoder ready for inference: weights on one device, in one precision. Safe for use by several threads.</summary>
internal abstract class TextEncoder : IDisposable
{
    /// <summary>Sizes of the network.</summary>
    public abstract EncoderConfig Config { get; }

    /// <summary>How the model knows the order of its tokens.</summary>
    public abstract PositionKind Positions { get; }

    /// <summary>Rotary positions of the layers that see any distance; null where the model has none.</summary>
    public virtual RotaryConfig? Rotary => null;

    /// <summary>Rows between those that texts within the old window take, in a table of positions that was stretched; 1 in others.</summary>
    public virtual int PositionStride => 1;

    /// <summary>Whether no token sees a later one.</summary>
    public virtual bool Causal => false;

    /// <summary>Whether every layer hides far tokens (sliding windows).</summary>
    public virtual bool AllLayersSlide => false;

    /// <summary>Number of weights.</summary>
    public abstract long ParameterCount { get; }

    /// <summary>The precision in use; never Auto.</summary>
    public abstract Precision Precision { get; }

    /// <summary>States after the last layer, float32 on the CPU: [T, D] or [N, D]. The caller owns the tensor.</summary>
    public abstract torch.Tensor Encode(PackedTokens batch, EncoderOutput output);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the weights.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
