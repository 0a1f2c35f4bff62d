namespace ML.Extensions.Tests.Conformance;

/// <summary>E5-RoPE (BERT with turned queries and keys) and GTE v1.5 (the same with packed, gated products), by their own frequencies.</summary>
internal sealed class RotaryOracle(
    MemoryWeights weights, int layers, int width, int heads, double epsilon, double[] frequencies, bool interleaved, bool gte)
    : PostNormOracle(weights, layers, width, heads, epsilon)
{
    protected override double[][] Layer(double[][] x, string at)
    {
        var (q, k, v) = gte ? Packed(x, at) : Apart(x, at);
        var mixed = Attend(Turn(q), Turn(k), v, (_, _) => 0);
        return [.. x.Select((row, i) => gte ? Gte(row, mixed[i], at) : Bert(row, mixed[i], at))];
    }

    private (double[][] Q, double[][] K, double[][] V) Apart(double[][] x, string at)
    {
        double[][] Of(string part) => [.. x.Select(r => Product(r, at + "attention.self." + part))];
        return (Of("query"), Of("key"), Of("value"));
    }

    private (double[][] Q, double[][] K, double[][] V) Packed(double[][] x, string at)
    {
        double[][] packed = [.. x.Select(r => Product(r, at + "attention.qkv_proj"))];
        double[][] Of(int part) => [.. packed.Select(r => r[(part * Width)..((part + 1) * Width)])];
        return (Of(0), Of(1), Of(2));
    }

    private double[][] Turn(double[][] x) => [.. x.Select((row, position) =>
    {
        var turned = new double[row.Length];
        for (var h = 0; h < Heads; h++)
            for (var j = 0; j < HeadWidth / 2; j++)
            {
                var (a, b) = interleaved ? ((2 * j), (2 * j) + 1) : (j, j + (HeadWidth / 2));
                (a, b) = (a + (h * HeadWidth), b + (h * HeadWidth));
                var (sin, cos) = Math.SinCos(position * frequencies[j]);
                (turned[a], turned[b]) = ((row[a] * cos) - (row[b] * sin), (row[b] * cos) + (row[a] * sin));
            }

        return turned;
    })];

    private double[] Bert(double[] row, double[] mixed, string at)
    {
        var z = Norm(Sum(Product(mixed, at + "attention.output.dense"), row), at + "attention.output.LayerNorm");
        var up = Product(z, at + "intermediate.dense").Select(Gelu).ToArray();
        return Norm(Sum(Product(up, at + "output.dense"), z), at + "output.LayerNorm");
    }

    private double[] Gte(double[] row, double[] mixed, string at)
    {
        var z = Norm(Sum(Product(mixed, at + "attention.o_proj"), row), at + "attn_ln");
        var both = Product(z, at + "mlp.up_gate_proj", bias: false);
        var (up, gate) = (both[..(both.Length / 2)], both[(both.Length / 2)..]);
        double[] gated = [.. up.Zip(gate, (u, g) => Gelu(g) * u)];
        return Norm(Sum(Product(gated, at + "mlp.down_proj"), z), at + "mlp_ln");
    }
}
