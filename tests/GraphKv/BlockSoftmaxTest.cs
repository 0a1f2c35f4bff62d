using ML.Extensions.GraphKv;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>Parts of a softmax: merging (identity 9), folded groups (10), the flash kernel against tiles.</summary>
[TestClass]
public sealed class BlockSoftmaxTest
{
    private const int Heads = 6, KeyHeads = 2, D = 8;

    private static AttentionSpec Spec(double? cap = null) => new(Heads, KeyHeads, D)
    {
        Inputs = new(1), Output = new(1), Scale = 1 / Math.Sqrt(D), SoftCap = cap, Causal = true,
    };

    private static Tensor Random(int seed, params long[] shape)
    {
        manual_seed(seed);
        return randn(shape);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(25.0)] // logits to about 70
    public void Merge_IsTheJointSoftmax(double scale)
    {
        using var scope = NewDisposeScope();
        var query = Random(1, Heads, 5, D) * scale;
        KeyBlock[] blocks = [.. new[] { 3, 40, 7 }.Select((n, i) => new KeyBlock(Random(10 + i, KeyHeads, n, D), Random(20 + i, KeyHeads, n, D), [.. Enumerable.Range(0, n)], n))];
        int[] positions = [.. Enumerable.Range(50, 5)];
        var merged = PartialAttention.Merge([.. blocks.Select(b => BlockSoftmax.Attend(query, positions, b, Spec()))]);
        var (keys, values) = (Wide(cat([.. blocks.Select(b => b.Keys)], 1)), Wide(cat([.. blocks.Select(b => b.Values)], 1)));
        var logits = matmul(query.to(ScalarType.Float64), keys.transpose(1, 2)) / Math.Sqrt(D);
        Near(matmul(logits.softmax(-1), values), merged.Output, scale > 1 ? 1e-4 : 1e-5, "9 output");
        Near(logits.logsumexp(-1), merged.Sums, scale > 1 ? 1e-4 : 1e-5, "9 sums");
    }

    [TestMethod]
    public void Flash_EqualsTiles()
    {
        using var scope = NewDisposeScope();
        var (query, keys, values) = (Random(1, Heads, 300, D), Random(2, KeyHeads, 340, D), Random(3, KeyHeads, 340, D));
        int[] rows = [.. Enumerable.Range(1000, 300)];
        int[] places = [.. Enumerable.Range(0, 40), .. rows];
        foreach (var block in new[]
        {
            new KeyBlock(keys, values, places, 340), new KeyBlock(keys, values, places, 40),
            new KeyBlock(keys.narrow(1, 40, 300), values.narrow(1, 40, 300), rows, 0),
        })
        {
            var flash = BlockSoftmax.Attend(query, rows, block, Spec());
            var tiles = BlockSoftmax.Attend(query, rows, block, Spec(cap: 1e6)); // 1e6 tanh(l / 1e6) = l
            Near(tiles.Output.to(ScalarType.Float64), flash.Output, 1e-3, $"output, own from {block.OwnFrom}");
            Near(tiles.Sums.to(ScalarType.Float64), flash.Sums, 1e-3, $"sums, own from {block.OwnFrom}");
        }
    }

    [TestMethod]
    public void FoldedGroups_AreRepeatedKeys() // 10
    {
        using var scope = NewDisposeScope();
        var (query, keys, values) = (Random(1, Heads, 9, D), Random(2, KeyHeads, 30, D), Random(3, KeyHeads, 30, D));
        int[] places = [.. Enumerable.Range(0, 30)], rows = [.. Enumerable.Range(30, 9)];
        var folded = BlockSoftmax.Attend(query, rows, new(keys, values, places, 30), Spec());
        Tensor Repeated(Tensor x) => x.repeat_interleave(Heads / KeyHeads, 0);
        var repeated = BlockSoftmax.Attend(query, rows, new(Repeated(keys), Repeated(values), places, 30), Spec() with { KeyHeads = Heads });
        Near(repeated.Output.to(ScalarType.Float64), folded.Output, 1e-6, "10");
    }

    [TestMethod]
    public void Tiles_LeaveOutWhatSeesNothing()
    {
        using var scope = NewDisposeScope();
        var (query, keys, values) = (Random(1, Heads, 2, D), Random(2, KeyHeads, 4, D), Random(3, KeyHeads, 4, D));
        var far = BlockSoftmax.Attend(query, [100, 101], new(keys, values, [0, 1, 2, 3], 4), Spec() with { Reach = 10 });
        Assert.IsTrue(far.Sums.data<float>().All(float.IsNegativeInfinity));
        var own = BlockSoftmax.Attend(query, [100, 101], new(keys.narrow(1, 0, 2), values.narrow(1, 0, 2), [100, 101], 0), Spec() with { Reach = 10 });
        Near(own.Output.to(ScalarType.Float64), PartialAttention.Merge([far, own]).Output, 1e-12, "merged with nothing");
    }

    private static Tensor Wide(Tensor x) => x.to(ScalarType.Float64).repeat_interleave(Heads / KeyHeads, 0);

    private static void Near(Tensor expected, Tensor found, double within, string what)
    {
        var worst = (expected - found.to(ScalarType.Float64)).abs().max().item<double>();
        Console.WriteLine($"{what}: {worst:e1}");
        Assert.IsLessThan(within, worst, what);
    }
}
