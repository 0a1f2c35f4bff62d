using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>SelfExtend for one new token of a causal model: each key is turned once, by its distance, and the query not at all.</summary>
internal static class SelfExtendStep
{
    /// <summary>Keys [KeyHeads, S, d], not turned, as the last token sees them. The query takes the frequencies' attention factor once more.</summary>
    public static Tensor Keys(Tensor keys, SelfExtendWindow window, RotaryFrequencies frequencies, bool interleaved)
    {
        using var scope = NewDisposeScope();
        var positions = new float[keys.shape[1]];
        for (var j = 0; j < positions.Length; j++)
            positions[j] = -window.Distance(positions.Length - 1, j);
        return RotaryTable.Of(frequencies, positions, keys.device, keys.dtype).ApplyHeads(keys, interleaved).MoveToOuterDisposeScope();
    }
}
