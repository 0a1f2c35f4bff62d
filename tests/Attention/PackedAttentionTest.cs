using ML.Extensions.Attention;
using ML.Extensions.Encoders;
using ML.Extensions.Positions;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Tests.Transformers;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Attention;

/// <summary>Attention over packed projections against loops in double.</summary>
[TestClass]
public sealed class PackedAttentionTest
{
    private const int Heads = 4, Width = 32;

    private static readonly int[] Lengths = [70, 70, 19, 1];

    [TestMethod]
    [DataRow(4, 16, false)]
    [DataRow(2, 16, true)]
    [DataRow(1, 6, false)]
    [DataRow(2, 6, true)]
    public void Run_AgreesWithTheOracle(int keyHeads, int pairs, bool interleaved)
    {
        if (!CpuAttention.Supported)
            Assert.Inconclusive("This processor does not run the kernel.");
        using var scope = NewDisposeScope();
        var heads = new PackedHeads(Heads, keyHeads, Width);
        Assert.IsTrue(PackedAttention.Serves(heads, Lengths.Sum()));
        var random = new Random(keyHeads + pairs);
        float[] rows = [.. Enumerable.Range(0, Lengths.Sum() * heads.Row).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] positions = [.. Lengths.SelectMany(l => Enumerable.Range(0, l).Select(i => i * 1.5f))];
        double[] frequencies = [.. Enumerable.Range(0, pairs).Select(j => Math.Pow(100, -(double)j / pairs))];
        float[] scales = [1, 1.25f, 2, 1];
        var qkv = tensor(rows, Lengths.Sum(), heads.Row);
        PackedAttention.Turn(qkv, heads, [(0, 70), (70, Lengths.Sum() - 70)], RotaryTable.Of(new(frequencies, 1), positions, CPU, ScalarType.Float32), interleaved);
        var groups = LengthGroup.Of(new(new int[Lengths.Sum()], Lengths), CPU, ScalarType.Float32);
        var all = PackedAttention.Run(qkv, heads, groups, 0.2, scales).data<float>().ToArray();
        var firsts = PackedAttention.Run(qkv, heads, groups, 0.2, scales, wanted: EncoderOutput.FirstToken).data<float>().ToArray();

        for (int sequence = 0, start = 0; sequence < Lengths.Length; start += Lengths[sequence++])
            for (var head = 0; head < Heads; head++)
            {
                float[] Part(int first, bool turns) =>
                    [.. Enumerable.Range(start, Lengths[sequence]).SelectMany(t => Turned(rows.AsSpan((t * heads.Row) + (first * Width), Width), turns ? positions[t] : 0, frequencies, interleaved))];
                var key = Heads + (head / (Heads / keyHeads));
                var expected = AttentionOracle.Full(Part(head, true), Part(key, true), Part(key + keyHeads, false), Lengths[sequence], Width, Width, 0.2 * scales[sequence]);
                for (var j = 0; j < Width; j++)
                {
                    for (var i = 0; i < Lengths[sequence]; i++)
                        Assert.AreEqual(expected[i, j], all[((start + i) * Heads * Width) + (head * Width) + j], 2e-6, $"sequence {sequence}, head {head}, row {i}, column {j}");
                    Assert.AreEqual(expected[0, j], firsts[(sequence * Heads * Width) + (head * Width) + j], 2e-6, $"sequence {sequence}, head {head}, first row, column {j}");
                }
            }
    }

    [TestMethod]
    public void Passes_PackLayersThatItServes()
    {
        if (!CpuAttention.Supported)
            Assert.Inconclusive("This processor does not run the kernel.");
        using var scope = NewDisposeScope();
        using var model = new ManyOptions(causal: false);
        var many = model.Spec.Blocks[0];
        var usual = many.Attention with { HeadWidth = Width, SoftCap = null, Reach = null, QueryNorm = null, KeyNorm = null, Positions = null };
        var norm = many.Attention.QueryNorm ?? throw new InvalidOperationException("The first layer has norms.");
        bool Packs(AttentionSpec layer)
        {
            var spec = model.Spec with { Blocks = [many with { Attention = layer }] };
            return new TransformerPass(spec, new(new int[20], [15, 5]), CPU, ScalarType.BFloat16).Packs(layer);
        }

        Assert.IsFalse(Packs(usual), "a gradient may be asked for");
        using var _ = no_grad();
        Assert.IsTrue(Packs(usual));
        Assert.IsTrue(Packs(usual with { Reach = 14 }));
        foreach (var other in new[] { usual with { Reach = 13 }, usual with { Causal = true }, usual with { SoftCap = 2 }, usual with { QueryNorm = norm }, usual with { KeyNorm = norm }, usual with { HeadWidth = 24 } })
            Assert.IsFalse(Packs(other), other.ToString());
    }

    private static float[] Turned(ReadOnlySpan<float> head, double position, double[] frequencies, bool interleaved)
    {
        var turned = head.ToArray();
        for (var j = 0; j < frequencies.Length; j++)
        {
            var (a, b) = interleaved ? (2 * j, (2 * j) + 1) : (j, j + frequencies.Length);
            var (sin, cos) = Math.SinCos(position * frequencies[j]);
            (turned[a], turned[b]) = ((float)((head[a] * cos) - (head[b] * sin)), (float)((head[b] * cos) + (head[a] * sin)));
        }

        return turned;
    }
}
