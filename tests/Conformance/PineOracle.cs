using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.Conformance;

/// <summary>
/// PINE as one dense sequence, in double, written down from its definition: base ids, importances before rotation, one order a
/// segment and one a question token, keys hidden where their moved id is behind the query's.
/// </summary>
internal sealed class PineOracle(TransformerSpec spec, Func<string, float[]> read, double rotaryBase, int rotaryWidth)
{
    /// <summary>Logits behind each of the question's tokens, [L][V].</summary>
    public double[][] Logits(int[] prefix, int[][] segments, int[] question)
    {
        int[] owner = [.. prefix.Select(_ => -1), .. segments.SelectMany((s, n) => s.Select(_ => n)), .. question.Select(_ => segments.Length)];
        var end = prefix.Length + segments.Sum(s => s.Length);
        double[] ids =
        [
            .. prefix.Select((_, i) => (double)i), .. segments.SelectMany(s => s.Select((_, i) => (double)(end - s.Length + i))),
            .. question.Select((_, i) => (double)(end + i)),
        ];
        var shifts = new double[owner.Length][]; // of the last layer and head asked
        double[][] Places(AttentionSpec a, double[][] q, double[][] k)
        {
            double[] Weights(int i)
            {
                double[] e = [.. owner.Select((o, j) => o < 0 || o == segments.Length || o == owner[i] ? 0 : Math.Exp(q[i].Zip(k[j], (x, y) => x * y).Sum() * a.Scale))];
                return [.. e.Select(w => w / Math.Max(1e-300, e.Sum()))];
            }

            for (var i = 0; i < owner.Length; i++)
            {
                var together = owner[i] >= 0 && owner[i] < segments.Length ? Enumerable.Range(0, owner.Length).Where(t => owner[t] == owner[i]) : [i];
                double[][] weights = [.. together.Select(Weights)];
                double[] importance = [.. segments.Select((s, n) => n == owner[i] ? double.PositiveInfinity
                    : weights.Sum(w => w.Where((_, j) => owner[j] == n).Sum()) / s.Length)];
                var moved = 0;
                shifts[i] = new double[segments.Length];
                foreach (var n in Enumerable.Range(0, segments.Length).OrderByDescending(n => importance[n]))
                {
                    shifts[i][n] = moved;
                    moved += segments[n].Length;
                }
            }

            return [.. owner.Select((_, i) => owner.Select((o, j) => ids[j] - (o >= 0 && o < segments.Length && owner[i] >= 0 ? shifts[i][o] : 0)).ToArray())];
        }

        bool Sees(AttentionSpec a, int i, int j) => owner[i] < 0 ? owner[j] < 0 && j <= i
            : owner[i] == segments.Length ? owner[j] < segments.Length || j <= i
            : owner[j] < segments.Length && (owner[j] < 0 || ids[j] - shifts[i][owner[j]] <= ids[i]);
        var oracle = new TransformerOracle(spec, read, rotaryBase, rotaryWidth) { Sees = Sees, Places = Places };
        int[] all = [.. prefix, .. segments.SelectMany(s => s), .. question];
        return [.. oracle.Encode(all, ids, null, 1)[^question.Length..].Select(oracle.Logits)];
    }
}
