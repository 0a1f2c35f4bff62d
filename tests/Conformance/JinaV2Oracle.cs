namespace ML.Extensions.Tests.Conformance;

/// <summary>Jina v2 (arXiv 2310.19923): ALiBi to both sides, a gated feed-forward; or its variant with norms of queries and keys.</summary>
internal sealed class JinaV2Oracle(MemoryWeights weights, int layers, int width, int heads, double epsilon, bool normalised, bool relu)
    : PostNormOracle(weights, layers, width, heads, epsilon)
{
    protected override double[][] Layer(double[][] x, string at)
    {
        var self = at + "attention.self.";
        var q = x.Select(r => Product(r, self + "query")).ToArray();
        var k = x.Select(r => Product(r, self + "key")).ToArray();
        if (normalised)
            (q, k) = ([.. q.Select(r => Norm(r, self + "layer_norm_q"))], [.. k.Select(r => Norm(r, self + "layer_norm_k"))]);
        var v = x.Select(r => Product(r, self + "value")).ToArray();
        var slopes = Slopes(Heads);
        var mixed = Attend(q, k, v, (h, distance) => -slopes[h] * distance);
        return [.. x.Select((row, i) =>
        {
            var z = Norm(Sum(Product(mixed[i], at + "attention.output.dense"), row), at + (normalised ? "layer_norm_1" : "attention.output.LayerNorm"));
            var both = Product(z, at + (normalised ? "mlp.up_gated_layer" : "mlp.gated_layers"), bias: false);
            var (first, second) = (both[..(both.Length / 2)], both[(both.Length / 2)..]);
            var (active, other) = normalised ? (second, first) : (first, second);
            double[] gated = [.. active.Zip(other, (a, b) => (relu ? Math.Max(a, 0) : Gelu(a)) * b)];
            var down = Product(gated, at + (normalised ? "mlp.down_layer" : "mlp.wo"));
            return Norm(Sum(down, z), at + (normalised ? "layer_norm_2" : "mlp.layernorm"));
        })];
    }

    /// <summary>2^(-8 i / n) for a power of two n; else those of the power below, then every other one of the power above.</summary>
    private static double[] Slopes(int heads)
    {
        var power = 1;
        while (power * 2 <= heads)
            power *= 2;
        double[] Of(int n) => [.. Enumerable.Range(1, n).Select(i => Math.Pow(2, -8.0 * i / n))];
        return [.. Of(power), .. Of(2 * power).Where((_, i) => i % 2 == 0).Take(heads - power)];
    }
}
