using ML.Extensions.Encoders;
using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>What tells a layer's attention the order of tokens.</summary>
internal abstract record PositionEncoding
{
    private PositionEncoding()
    {
    }

    /// <summary>Its kind.</summary>
    public abstract PositionKind Kind { get; }

    /// <summary>Queries and keys are turned by their positions.</summary>
    /// <param name="Config">Frequencies.</param>
    internal sealed record Rotary(RotaryConfig Config) : PositionEncoding
    {
        /// <inheritdoc/>
        public override PositionKind Kind => PositionKind.Rotary;

        /// <summary>Whether neighbours 2j and 2j+1 turn together (GPT-J), instead of j and j + dim/2.</summary>
        public bool Interleaved { get; init; }

        /// <summary>Cosines and sines for positions in a sequence of a length.</summary>
        public RotaryTable Table(ReadOnlySpan<float> positions, int length, Device device, ScalarType type) =>
            RotaryTable.Of(Config.At(length), positions, device, type);
    }

    /// <summary>Logits fall linearly with the distance, by a slope of each head. Source: ALiBi, arXiv 2108.12409.</summary>
    internal sealed record Linear : PositionEncoding
    {
        /// <inheritdoc/>
        public override PositionKind Kind => PositionKind.Linear;
    }

    /// <summary>A learned number for each head and bucket of distances is added to the logits. Source: T5, arXiv 1910.10683.</summary>
    /// <param name="Name">Table [Count, H]; layers may share it.</param>
    /// <param name="Count">Number of buckets.</param>
    /// <param name="MaxDistance">Distance from which on all share the last bucket.</param>
    internal sealed record Buckets(string Name, int Count, int MaxDistance) : PositionEncoding
    {
        /// <inheritdoc/>
        public override PositionKind Kind => PositionKind.Relative;

        /// <summary>Whether distances are counted in tokens even where positions are given: those are rows of a table then (MPNet).</summary>
        public bool Counted { get; init; }
    }
}
