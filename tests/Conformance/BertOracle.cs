namespace ML.Extensions.Tests.Conformance;

/// <summary>BERT in plain double loops, from the paper; one sequence at a time. Shares nothing with src/. Tensors are read by their Hugging Face names, row by row.</summary>
internal sealed class BertOracle(Func<string, float[]> read, int layers, int width, int heads, int hidden, double epsilon, string activation)
{
    /// <summary>States after the last layer, [L][D].</summary>
    public double[][] Encode(int[] ids, double[] positions, int[] types, double logitScale)
    {
        var (words, rows, kinds) = (read("embeddings.word_embeddings.weight"), read("embeddings.position_embeddings.weight"), read("embeddings.token_type_embeddings.weight"));
        var x = new double[ids.Length][];
        for (var t = 0; t < ids.Length; t++)
        {
            x[t] = new double[width];
            var low = (int)Math.Floor(positions[t]);
            var r = positions[t] - low;
            for (var d = 0; d < width; d++)
            {
                double position = rows[(low * width) + d];
                if (r > 0)
                    position = ((1 - r) * position) + (r * rows[((low + 1) * width) + d]);
                x[t][d] = words[(ids[t] * width) + d] + position + kinds[(types[t] * width) + d];
            }

            x[t] = Norm(x[t], "embeddings.LayerNorm");
        }

        for (var n = 0; n < layers; n++)
            x = Layer(x, $"encoder.layer.{n}.", logitScale);
        return x;
    }

    private double[][] Layer(double[][] x, string at, double logitScale)
    {
        var q = x.Select(r => Product(r, at + "attention.self.query", width)).ToArray();
        var k = x.Select(r => Product(r, at + "attention.self.key", width)).ToArray();
        var v = x.Select(r => Product(r, at + "attention.self.value", width)).ToArray();
        var size = width / heads;
        var y = new double[x.Length][];
        for (var t = 0; t < x.Length; t++)
        {
            var mixed = new double[width];
            for (var h = 0; h < heads; h++)
            {
                var logits = new double[x.Length];
                for (var s = 0; s < x.Length; s++)
                {
                    for (var d = h * size; d < (h + 1) * size; d++)
                        logits[s] += q[t][d] * k[s][d];
                    logits[s] *= logitScale / Math.Sqrt(size);
                }

                var most = logits.Max();
                var total = logits.Sum(l => Math.Exp(l - most));
                for (var s = 0; s < x.Length; s++)
                {
                    for (var d = h * size; d < (h + 1) * size; d++)
                        mixed[d] += Math.Exp(logits[s] - most) / total * v[s][d];
                }
            }

            var z = Norm(Sum(Product(mixed, at + "attention.output.dense", width), x[t]), at + "attention.output.LayerNorm");
            var up = Product(z, at + "intermediate.dense", hidden).Select(Activate).ToArray();
            y[t] = Norm(Sum(Product(up, at + "output.dense", width), z), at + "output.LayerNorm");
        }

        return y;
    }

    private double[] Product(double[] x, string name, int outputs)
    {
        var (weight, bias) = (read(name + ".weight"), read(name + ".bias"));
        var y = new double[outputs];
        for (var o = 0; o < outputs; o++)
        {
            y[o] = bias[o];
            for (var i = 0; i < x.Length; i++)
                y[o] += weight[(o * x.Length) + i] * x[i];
        }

        return y;
    }

    private double[] Norm(double[] x, string name)
    {
        var (weight, bias) = (read(name + ".weight"), read(name + ".bias"));
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Select(v => (v - mean) * (v - mean)).Average() + epsilon);
        return [.. x.Select((v, i) => ((v - mean) / deviation * weight[i]) + bias[i])];
    }

    private double Activate(double x) => activation switch
    {
        "gelu" => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        "relu" => x > 0 ? x : 0,
        "silu" => x / (1 + Math.Exp(-x)),
        _ => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
    };

    private static double Erf(double x) // its power series; the arguments here are small
    {
        double sum = 0, term = x;
        for (var n = 0; n < 200; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
