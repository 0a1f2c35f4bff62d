using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.Conformance;

/// <summary>
/// What a <see cref="TransformerSpec"/> means, in plain double loops, one sequence at a time. Takes no arithmetic from src/:
/// the spec is read as a description only. Rotary positions are of the default form.
/// </summary>
internal sealed class TransformerOracle(TransformerSpec spec, Func<string, float[]> read, double rotaryBase, int rotaryWidth)
{
    private readonly Dictionary<(ProjectionSpec, string), double[][]> _rows = [];

    /// <summary>Whether token i sees token j, beside what the layer says; null leaves it to the layer.</summary>
    public Func<AttentionSpec, int, int, bool>? Sees { get; init; }

    /// <summary>From a row's logits, minus infinity where nothing is seen, to weights of any sum; null is their exponential.</summary>
    public Func<int, double[], double[]>? Weigh { get; init; }

    /// <summary>Where each token sees each other one, [i][j], from one head's queries and keys before rotation; null is where that stands.</summary>
    public Func<AttentionSpec, double[][], double[][], double[][]>? Places { get; init; }

    /// <summary>States behind the final norm, [L][D].</summary>
    public double[][] Encode(int[] ids, double[] positions, int[]? types, double logitScale)
    {
        var x = ids.Select((id, t) => Embed(id, positions[t], types?[t] ?? 0)).ToArray();
        foreach (var layer in spec.Blocks)
        {
            var attended = Attend(layer.Attention, [.. x.Select(r => Norm(layer.AttentionResidual.Before, r))], positions, logitScale);
            for (var t = 0; t < x.Length; t++)
            {
                var mixed = Scaled(Norm(layer.AttentionResidual.Inner, attended[t]), layer.AttentionResidual.Multiplier);
                var y = Norm(layer.AttentionResidual.Behind, Sum(x[t], mixed));
                var input = layer.Parallel ? x[t] : y;
                var forwarded = Norm(layer.FeedForwardResidual.Inner, FeedForward(layer.FeedForward, Norm(layer.FeedForwardResidual.Before, input)));
                x[t] = Norm(layer.FeedForwardResidual.Behind, Sum(y, Scaled(forwarded, layer.FeedForwardResidual.Multiplier)));
            }
        }

        return [.. x.Select(r => Norm(spec.FinalNorm, r))];
    }

    /// <summary>Logits of one state, [V].</summary>
    public double[] Logits(double[] state)
    {
        var matrix = read(spec.Head!.Tied ? spec.Embedding.Words : spec.Head.Name + ".weight");
        return [.. Enumerable.Range(0, spec.VocabularySize).Select(v =>
        {
            var logit = state.Select((s, d) => s * matrix[(v * state.Length) + d]).Sum() * spec.Head.Multiplier;
            return spec.Head.SoftCap is { } cap ? cap * Math.Tanh(logit / cap) : logit;
        })];
    }

    private double[] Embed(int id, double position, int type)
    {
        var e = spec.Embedding;
        double Cell(string table, int row, int d) => read(table)[(row * e.Width) + d];
        var x = new double[e.Width];
        for (var d = 0; d < x.Length; d++)
        {
            x[d] = Cell(e.Words, id, d) * e.Scale;
            if (e.TokenTypes is not null)
                x[d] += Cell(e.TokenTypes, type, d);
            if (e.Waves is { } longest)
                x[d] += Math.Sin((position / Math.Pow(longest, (d - (d % 2)) / (double)e.Width)) + (d % 2 * Math.PI / 2));
            if (e.Positions is null)
                continue;
            var (low, part) = ((int)position + e.FirstPosition, position - Math.Floor(position));
            x[d] += (Cell(e.Positions, low, d) * (1 - part)) + (part > 0 ? Cell(e.Positions, low + 1, d) * part : 0);
        }

        x = Norm(e.Norm, x);
        return e.Projection is null ? x : Product(e.Projection, x);
    }

    private double[][] Attend(AttentionSpec a, double[][] x, double[] positions, double logitScale)
    {
        var (d, keys) = (a.HeadWidth, a.KeyHeads);
        var mixed = x.Select(_ => new double[a.Heads * d]).ToArray();
        var inputs = x.Select(r => Product(a.Inputs, r)).ToArray();
        double[] Head(int t, int first, int heads, int h, NormSpec? norm)
        {
            var all = inputs[t][(first * d)..((first + heads) * d)];
            if (norm is not null && norm.Width != d)
                return Norm(norm, all)[(h * d)..((h + 1) * d)];
            return Norm(norm, all[(h * d)..((h + 1) * d)]);
        }

        for (var h = 0; h < a.Heads; h++)
        {
            var shared = h / (a.Heads / keys);
            var q = x.Select((_, t) => Turn(a, Head(t, 0, a.Heads, h, a.QueryNorm), positions[t])).ToArray();
            var k = x.Select((_, t) => Turn(a, Head(t, a.Heads, keys, shared, a.KeyNorm), positions[t])).ToArray();
            var v = x.Select((_, t) => Head(t, a.Heads + keys, keys, shared, null)).ToArray();
            double[][] raw = [.. x.Select((_, t) => Head(t, a.Heads, keys, shared, a.KeyNorm))];
            var places = Places?.Invoke(a, [.. x.Select((_, t) => Head(t, 0, a.Heads, h, a.QueryNorm))], raw);
            for (var i = 0; i < x.Length; i++)
            {
                var logits = new double[x.Length];
                for (var j = 0; j < x.Length; j++)
                {
                    var seen = Sees?.Invoke(a, i, j) ?? ((!a.Causal || j <= i) && (a.Reach is not { } reach || Math.Abs(i - j) <= reach));
                    var logit = q[i].Zip(places is null ? k[j] : Turn(a, raw[j], places[i][j]), (l, r) => l * r).Sum() * a.Scale * logitScale;
                    logit = a.SoftCap is { } cap ? cap * Math.Tanh(logit / cap) : logit;
                    logits[j] = seen ? logit + Bias(a, h, positions[j] - positions[i]) : double.NegativeInfinity;
                }

                var weights = Weigh?.Invoke(i, logits) ?? [.. logits.Select(Math.Exp)];
                var total = weights.Sum();
                for (var j = 0; j < x.Length; j++)
                {
                    for (var n = 0; n < d; n++)
                        mixed[i][(h * d) + n] += weights[j] / total * v[j][n];
                }
            }
        }

        return [.. mixed.Select(r => Product(a.Output, r))];
    }

    private double[] Turn(AttentionSpec a, double[] head, double position)
    {
        if (a.Positions is not PositionEncoding.Rotary rotary)
            return head;
        var turned = (double[])head.Clone();
        for (var j = 0; j < rotaryWidth / 2; j++)
        {
            var (m, n) = rotary.Interleaved ? (2 * j, (2 * j) + 1) : (j, j + (rotaryWidth / 2));
            var angle = position * Math.Pow(rotaryBase, -2.0 * j / rotaryWidth);
            turned[m] = (head[m] * Math.Cos(angle)) - (head[n] * Math.Sin(angle));
            turned[n] = (head[n] * Math.Cos(angle)) + (head[m] * Math.Sin(angle));
        }

        return turned;
    }

    private double Bias(AttentionSpec a, int h, double distance) => a.Positions switch
    {
        PositionEncoding.Linear => -Math.Pow(2, -8.0 * (h + 1) / a.Heads) * Math.Abs(distance), // heads: a power of 2
        PositionEncoding.Buckets b => read(b.Name)[(Bucket((int)distance, b, !a.Causal) * a.Heads) + h],
        _ => 0,
    };

    private static int Bucket(int distance, PositionEncoding.Buckets b, bool both)
    {
        var (count, start) = both ? (b.Count / 2, distance > 0 ? b.Count / 2 : 0) : (b.Count, 0);
        var far = both ? Math.Abs(distance) : Math.Max(0, -distance);
        var exact = count / 2;
        if (far < exact)
            return start + far;
        var log = Math.Log(far / (double)exact) / Math.Log(b.MaxDistance / (double)exact) * (count - exact);
        return start + Math.Min(count - 1, exact + (int)log);
    }

    private double[] FeedForward(FeedForwardSpec f, double[] x)
    {
        var up = Product(f.Up, x);
        if (!f.Gated)
            return Product(f.Down, [.. up.Select(v => Activate(f.Activation, v))]);
        var half = up.Length / 2;
        return Product(f.Down, [.. Enumerable.Range(0, half).Select(i => Activate(f.Activation, up[i]) * up[half + i])]);
    }

    private double[] Product(ProjectionSpec p, double[] x)
    {
        var (matrix, bias) = (Rows(p, ".weight", p.Inputs), p.Bias ? Rows(p, ".bias", 1) : null);
        var y = new double[p.Outputs];
        for (var o = 0; o < y.Length; o++)
        {
            var (row, sum) = (matrix[o], bias?[o][0] ?? 0);
            for (var i = 0; i < x.Length; i++)
                sum += x[i] * row[i];
            y[o] = sum;
        }

        return y;
    }

    /// <summary>Rows in the network's order.</summary>
    private double[][] Rows(ProjectionSpec p, string part, int width) =>
        _rows.TryGetValue((p, part), out var known) ? known : _rows[(p, part)] = ReadRows(p, part, width);

    private double[][] ReadRows(ProjectionSpec p, string part, int width)
    {
        var rows = new List<double[]>();
        foreach (var source in p.Parts)
        {
            var values = read(source.Name + part);
            for (var o = 0; o < source.Rows; o++)
                rows.Add([.. Enumerable.Range(0, width).Select(i => (double)(p.Layout == RowLayout.Transposed && width > 1 ? values[(i * source.Rows) + o] : values[(o * width) + i]))]);
        }

        var d = p.LayoutHeads == 0 ? 0 : p.Outputs / 3 / p.LayoutHeads;
        return p.Layout switch
        {
            RowLayout.PerHead => [.. from kind in Enumerable.Range(0, 3) from h in Enumerable.Range(0, p.LayoutHeads) from n in Enumerable.Range(0, d) select rows[(((h * 3) + kind) * d) + n]],
            RowLayout.SwappedHalves => [.. rows.Skip(rows.Count / 2), .. rows.Take(rows.Count / 2)],
            _ => [.. rows],
        };
    }

    private double[] Norm(NormSpec? n, double[] x)
    {
        if (n is null)
            return x;
        var mean = n.RootMeanSquare ? 0 : x.Average();
        var deviation = Math.Sqrt(x.Select(v => (v - mean) * (v - mean)).Average() + n.Epsilon);
        var (weight, bias) = (read(n.Name + ".weight"), n.Bias ? read(n.Name + ".bias") : null);
        return [.. x.Select((v, i) => ((v - mean) / deviation * (weight[i] + n.Offset)) + (bias?[i] ?? 0))];
    }

    private static double Activate(string name, double x) => name switch
    {
        "relu" => Math.Max(0, x),
        "silu" => x / (1 + Math.Exp(-x)),
        "gelu_new" => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        _ => throw new ArgumentException(name),
    };

    private static double[] Scaled(double[] x, double by) => [.. x.Select(v => v * by)];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (l, r) => l + r)];
}
