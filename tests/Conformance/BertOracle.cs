namespace ML.Extensions.Tests.Conformance;

/// <summary>A BERT forward pass in double and plain loops, with fractional positions and a factor on the logits.</summary>
internal static class BertOracle
{
    /// <summary>States after the last layer, one row a token.</summary>
    public static List<double[]> Forward(
        MemoryWeights w, int[] ids, float[] positions, double logitScale, int heads, int layers, double epsilon)
    {
        var x = new List<double[]>();
        for (var t = 0; t < ids.Length; t++)
        {
            var low = (int)Math.Floor(positions[t]);
            var r = positions[t] - low;
            var row = Row(w, "embeddings.word_embeddings.weight", ids[t]);
            var type = Row(w, "embeddings.token_type_embeddings.weight", 0);
            var below = Row(w, "embeddings.position_embeddings.weight", low);
            var above = r > 0 ? Row(w, "embeddings.position_embeddings.weight", low + 1) : below;
            for (var d = 0; d < row.Length; d++)
                row[d] += type[d] + ((1 - r) * below[d]) + (r * above[d]);
            x.Add(Norm(w, "embeddings.LayerNorm", row, epsilon));
        }

        for (var n = 0; n < layers; n++)
            x = Layer(w, $"encoder.layer.{n}.", x, logitScale, heads, epsilon);
        return x;
    }

    private static List<double[]> Layer(MemoryWeights w, string p, List<double[]> x, double logitScale, int heads, double epsilon)
    {
        var q = x.ConvertAll(r => Linear(w, p + "attention.self.query", r));
        var k = x.ConvertAll(r => Linear(w, p + "attention.self.key", r));
        var v = x.ConvertAll(r => Linear(w, p + "attention.self.value", r));
        var size = q[0].Length / heads;
        var result = new List<double[]>();
        for (var i = 0; i < x.Count; i++)
        {
            var mixed = new double[q[0].Length];
            for (var h = 0; h < heads; h++)
            {
                var e = new double[x.Count];
                var sum = 0.0;
                for (var j = 0; j < x.Count; j++)
                {
                    var dot = 0.0;
                    for (var d = h * size; d < (h + 1) * size; d++)
                        dot += q[i][d] * k[j][d];
                    e[j] = Math.Exp(dot / Math.Sqrt(size) * logitScale);
                    sum += e[j];
                }

                for (var j = 0; j < x.Count; j++)
                {
                    for (var d = h * size; d < (h + 1) * size; d++)
                        mixed[d] += e[j] / sum * v[j][d];
                }
            }

            var a = Norm(w, p + "attention.output.LayerNorm", Sum(Linear(w, p + "attention.output.dense", mixed), x[i]), epsilon);
            var f = Linear(w, p + "intermediate.dense", a);
            for (var d = 0; d < f.Length; d++)
                f[d] = 0.5 * f[d] * (1 + Erf(f[d] / Math.Sqrt(2)));
            result.Add(Norm(w, p + "output.LayerNorm", Sum(Linear(w, p + "output.dense", f), a), epsilon));
        }

        return result;
    }

    private static double[] Row(MemoryWeights w, string name, int row)
    {
        var width = (int)w.Entries[name].Shape[1];
        var values = new double[width];
        for (var d = 0; d < width; d++)
            values[d] = w.Values(name)[(row * width) + d];
        return values;
    }

    private static double[] Linear(MemoryWeights w, string name, double[] x)
    {
        var (weight, bias) = (w.Values(name + ".weight"), w.Values(name + ".bias"));
        var y = new double[bias.Length];
        for (var o = 0; o < y.Length; o++)
        {
            y[o] = bias[o];
            for (var i = 0; i < x.Length; i++)
                y[o] += weight[(o * x.Length) + i] * x[i];
        }

        return y;
    }

    private static double[] Norm(MemoryWeights w, string name, double[] x, double epsilon)
    {
        var mean = x.Sum() / x.Length;
        var variance = x.Sum(v => (v - mean) * (v - mean)) / x.Length;
        var y = new double[x.Length];
        for (var d = 0; d < y.Length; d++)
            y[d] = ((x[d] - mean) / Math.Sqrt(variance + epsilon) * w.Values(name + ".weight")[d]) + w.Values(name + ".bias")[d];
        return y;
    }

    private static double[] Sum(double[] a, double[] b)
    {
        var y = new double[a.Length];
        for (var d = 0; d < y.Length; d++)
            y[d] = a[d] + b[d];
        return y;
    }

    /// <summary>Error function by its Taylor series; enough for |x| under 6.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5.5)
            return Math.Sign(x);
        double term = x, sum = x;
        for (var n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
