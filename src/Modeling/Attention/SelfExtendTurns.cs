using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>The rotations that SelfExtend needs for a sequence: by place, by group, and by group shifted.</summary>
internal sealed class SelfExtendTurns
{
    /// <summary>Makes the tables; their tensors belong to the current scope.</summary>
    /// <param name="window">g and w.</param>
    /// <param name="frequencies">The layer's frequencies.</param>
    /// <param name="interleaved">Layout of the pairs.</param>
    /// <param name="length">L, tokens of the sequence.</param>
    /// <param name="device">Where queries and keys are.</param>
    /// <param name="type">Their type.</param>
    public SelfExtendTurns(SelfExtendWindow window, RotaryFrequencies frequencies, bool interleaved, int length, Device device, ScalarType type)
    {
        (Window, Length, Interleaved) = (window, length, interleaved);
        RotaryTable Table(Func<int, int> position)
        {
            var positions = new float[length];
            for (var i = 0; i < length; i++)
                positions[i] = position(i);
            return RotaryTable.Of(frequencies, positions, device, type);
        }

        Near = Table(i => i);
        Grouped = Table(i => i / window.Group);
        Shifted = Table(i => (i / window.Group) + window.Shift);
        Lowered = Table(i => (i / window.Group) - window.Shift);
    }

    /// <summary>g and w.</summary>
    public SelfExtendWindow Window { get; }

    /// <summary>Tokens of the sequence.</summary>
    public int Length { get; }

    /// <summary>Positions i.</summary>
    public RotaryTable Near { get; }

    /// <summary>Positions floor(i / g).</summary>
    public RotaryTable Grouped { get; }

    /// <summary>Positions floor(i / g) + w - floor(w / g).</summary>
    public RotaryTable Shifted { get; }

    /// <summary>Positions floor(i / g) - w + floor(w / g).</summary>
    public RotaryTable Lowered { get; }

    /// <summary>Layout of the pairs.</summary>
    public bool Interleaved { get; }

    /// <summary>A stretch of heads [h, L, d] from a token on, turned by a table.</summary>
    public Tensor Turn(RotaryTable table, Tensor heads, long first, long count) =>
        table.Slice(first, count).ApplyHeads(heads.narrow(1, first, count), Interleaved);

    /// <summary>The same, written into a tensor [h, count, d].</summary>
    public void TurnInto(RotaryTable table, Tensor heads, long first, Tensor target) =>
        table.Slice(first, target.shape[1]).ApplyHeadsInto(heads.narrow(1, first, target.shape[1]), Interleaved, target);

    /// <summary>Heads [h, count, d] of the tokens from a number on, turned by a table.</summary>
    public Tensor TurnTokens(RotaryTable table, Tensor heads, long first) =>
        table.Slice(first, heads.shape[1]).ApplyHeads(heads, Interleaved);

    /// <summary>A gradient [h, count, d] of turned heads, turned back.</summary>
    public Tensor TurnBack(RotaryTable table, Tensor gradient, long first) =>
        table.Slice(first, gradient.shape[1]).Reversed().ApplyHeads(gradient, Interleaved);
}
