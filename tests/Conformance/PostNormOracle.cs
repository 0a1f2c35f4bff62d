namespace ML.Extensions.Tests.Conformance;

/// <summary>
/// Encoders with BERT's embeddings and norms behind each residual, in plain double loops, one sequence at a time; a family says
/// what a layer is. Shares nothing with src/.
/// </summary>
internal abstract class PostNormOracle(MemoryWeights weights, int layers, int width, int heads, double epsilon)
{
    protected int Heads => heads;

    protected int HeadWidth => width / heads;

    protected int Width => width;

    /// <summary>States after the last layer, [L][D].</summary>
    public double[][] Encode(int[] ids)
    {
        var (words, types) = (weights.Values("embeddings.word_embeddings.weight"), weights.Values("embeddings.token_type_embeddings.weight"));
        const string table = "embeddings.position_embeddings.weight";
        var positions = weights.Entries.ContainsKey(table) ? weights.Values(table) : new float[ids.Length * width];
        double[][] x = [.. ids.Select((id, t) => Norm(
            [.. Enumerable.Range(0, width).Select(d => (double)words[(id * width) + d] + types[d] + positions[(t * width) + d])], "embeddings.LayerNorm"))];
        for (var n = 0; n < layers; n++)
            x = Layer(x, $"encoder.layer.{n}.");
        return x;
    }

    protected abstract double[][] Layer(double[][] x, string at);

    /// <summary>Softmax attention of every token to every token, [L][D].</summary>
    protected double[][] Attend(double[][] q, double[][] k, double[][] v, Func<int, int, double> bias)
    {
        var mixed = q.Select(_ => new double[width]).ToArray();
        for (var h = 0; h < heads; h++)
            for (var i = 0; i < q.Length; i++)
            {
                var logits = new double[k.Length];
                for (var j = 0; j < k.Length; j++)
                {
                    for (var d = h * HeadWidth; d < (h + 1) * HeadWidth; d++)
                        logits[j] += q[i][d] * k[j][d];
                    logits[j] = (logits[j] / Math.Sqrt(HeadWidth)) + (bias(h, Math.Abs(i - j)));
                }

                var most = logits.Max();
                var total = logits.Sum(l => Math.Exp(l - most));
                for (var j = 0; j < k.Length; j++)
                    for (var d = h * HeadWidth; d < (h + 1) * HeadWidth; d++)
                        mixed[i][d] += Math.Exp(logits[j] - most) / total * v[j][d];
            }

        return mixed;
    }

    protected double[] Product(double[] x, string name, bool bias = true)
    {
        var weight = weights.Values(name + ".weight");
        var y = new double[weight.Length / x.Length];
        for (var o = 0; o < y.Length; o++)
        {
            y[o] = bias ? weights.Values(name + ".bias")[o] : 0;
            for (var i = 0; i < x.Length; i++)
                y[o] += weight[(o * x.Length) + i] * x[i];
        }

        return y;
    }

    protected double[] Norm(double[] x, string name)
    {
        var (weight, bias) = (weights.Values(name + ".weight"), weights.Values(name + ".bias"));
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Select(v => (v - mean) * (v - mean)).Average() + epsilon);
        return [.. x.Select((v, i) => ((v - mean) / deviation * weight[i]) + bias[i])];
    }

    protected static double Gelu(double x)
    {
        double sum = 0, term = x / Math.Sqrt(2);
        for (var n = 0; n < 200; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -(x * x / 2) / (n + 1);
        }

        return 0.5 * x * (1 + (2 / Math.Sqrt(Math.PI) * sum));
    }

    protected static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
