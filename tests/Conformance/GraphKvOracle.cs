using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.Conformance;

/// <summary>
/// Graph-KV as one dense sequence: blocks of tokens end to end, a boolean mask over all of them, a position for each token,
/// in double. Block 0 … n-2 are segments in any form, the last block is the question.
/// </summary>
internal sealed class GraphKvOracle(TransformerSpec spec, Func<string, float[]> read, double rotaryBase, int rotaryWidth)
{
    /// <summary>A block: its tokens, the position of the first, and the blocks that it sees whole.</summary>
    internal sealed record Block(int[] Ids, int Offset, params int[] Sees);

    /// <summary>Logits behind each of the last block's tokens, [L][V].</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="temper">T and S for the last block's view of some blocks; null is none.</param>
    public double[][] Logits(IReadOnlyList<Block> blocks, (double T, double S, int[] Context)? temper = null)
    {
        int[] owner = [.. blocks.SelectMany((b, n) => Enumerable.Repeat(n, b.Ids.Length))];
        double[] positions = [.. blocks.SelectMany(b => Enumerable.Range(b.Offset, b.Ids.Length)).Select(p => (double)p)];
        bool Sees(AttentionSpec a, int i, int j) => (owner[i] == owner[j] ? j <= i : blocks[owner[i]].Sees.Contains(owner[j]))
            && (a.Reach is not { } reach || positions[i] - positions[j] <= reach);
        double[] Weigh(int i, double[] logits)
        {
            var (t, s, context) = temper ?? (1, 1, []);
            bool Changed(int j) => owner[i] == blocks.Count - 1 && context.Contains(owner[j]);
            var sum = logits.Where((_, j) => Changed(j)).Sum(l => Math.Exp(l / t));
            return [.. logits.Select((l, j) => Changed(j) ? Math.Exp(l / t) * Math.Pow(sum, (s * t) - 1) : Math.Exp(l))];
        }

        var oracle = new TransformerOracle(spec, read, rotaryBase, rotaryWidth) { Sees = Sees, Weigh = Weigh };
        var states = oracle.Encode([.. blocks.SelectMany(b => b.Ids)], positions, null, 1);
        return [.. states[^blocks[^1].Ids.Length..].Select(oracle.Logits)];
    }
}
