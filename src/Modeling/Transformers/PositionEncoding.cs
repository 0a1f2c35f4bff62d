using ML.Extensions.Encoders;
using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>What tells a layer's attention the order of tokens. One that adds to the logits by distance is a record of its own, in this file or in another.</summary>
internal abstract record PositionEncoding
{
    /// <summary>Its kind.</summary>
    public abstract PositionKind Kind { get; }

    /// <summary>Whether <see cref="Bias"/> is added to the logits.</summary>
    public virtual bool AddsToLogits => false;

    /// <summary>Table of learned numbers by its name in the file, and its rows: [rows, H]; null is none. Layers may share it.</summary>
    public virtual (string Name, int Rows)? Learned => null;

    /// <summary>What is added to the logits.</summary>
    /// <param name="distance">Key's position less the query's, [n or 1, L, S], float32.</param>
    /// <param name="heads">H.</param>
    /// <param name="table">The learned numbers, [rows, H]; null where there are none.</param>
    /// <param name="causal">Whether no query sees a later key.</param>
    /// <returns>[n or 1, H, L, S].</returns>
    public virtual Tensor Bias(Tensor distance, int heads, Tensor? table, bool causal) => throw new InvalidOperationException($"{GetType().Name} adds nothing to the logits.");

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

        /// <inheritdoc/>
        public override bool AddsToLogits => true;

        /// <inheritdoc/>
        public override Tensor Bias(Tensor distance, int heads, Tensor? table, bool causal) => Alibi.Bias(distance, heads);
    }

    /// <summary>A learned number for each head and bucket of distances is added to the logits. Source: T5, arXiv 1910.10683.</summary>
    /// <param name="Name">Table [Count, H]; layers may share it.</param>
    /// <param name="Count">Number of buckets.</param>
    /// <param name="MaxDistance">Distance from which on all share the last bucket.</param>
    internal sealed record Buckets(string Name, int Count, int MaxDistance) : PositionEncoding
    {
        /// <inheritdoc/>
        public override PositionKind Kind => PositionKind.Relative;

        /// <inheritdoc/>
        public override bool AddsToLogits => true;

        /// <inheritdoc/>
        public override (string Name, int Rows)? Learned => (Name, Count);

        /// <inheritdoc/>
        public override Tensor Bias(Tensor distance, int heads, Tensor? table, bool causal) => RelativeBuckets.Bias(distance, table!, !causal, MaxDistance);

        /// <summary>Whether distances are counted in tokens even where positions are given: those are rows of a table then (MPNet).</summary>
        public bool Counted { get; init; }
    }
}
