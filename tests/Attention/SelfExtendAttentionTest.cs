using ML.Extensions.Attention;
using ML.Extensions.Positions;
using ML.Extensions.Tests.Conformance;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Attention;

/// <summary>SelfExtend without an L x L matrix against the dense definition in double, forward and backward.</summary>
[TestClass]
public sealed class SelfExtendAttentionTest
{
    private static readonly RotaryFrequencies Frequencies = new YarnScaling(4, 64).At(8, 10_000, 1);

    [TestMethod]
    [DataRow(10, 2, 4, false, 1, 1)]
    [DataRow(11, 2, 4, true, 1, 1)]
    [DataRow(300, 5, 32, false, 4, 4)]
    [DataRow(301, 3, 100, true, 4, 2)]
    [DataRow(257, 9, 7, false, 6, 2)]
    [DataRow(300, 4, 299, false, 2, 2)]
    [DataRow(320, 33, 1, false, 2, 2)]
    [DataRow(129, 1, 16, true, 2, 1)]
    [DataRow(130, 4, 16, false, 12, 4)]
    public void ForwardAndBackward_EqualTheDenseForm(int length, int group, int near, bool causal, int heads, int keyHeads)
    {
        using var scope = NewDisposeScope();
        var window = new SelfExtendWindow(group, near);
        Tensor Random(int h, int seed) => randn([h, length, 12], generator: new Generator((ulong)seed)).detach();
        Tensor Wide(Tensor x) => x.to(ScalarType.Float64).detach().requires_grad_();
        var (q, k, v, gradient) = (Random(heads, 1), Random(keyHeads, 2), Random(keyHeads, 3), Random(heads, 4));
        var (wq, wk, wv) = (Wide(q), Wide(k), Wide(v));
        var expected = SelfExtendOracle.Attend(wq, wk, wv, Frequencies.InverseFrequencies, Frequencies.AttentionFactor, window, causal, 0.3);
        (expected * gradient.to(ScalarType.Float64)).sum().backward();
        var turns = new SelfExtendTurns(window, Frequencies, false, length, CPU, ScalarType.Float32);
        using var _ = no_grad();
        var (output, sums) = SelfExtendAttention.Attend(q, k, v, turns, causal, 0.3, chunkNumbers: 0); // as few heads at once as threads allow
        Near(expected, output, "output");
        var (gq, gk, gv) = SelfExtendAttention.Backward(gradient, q, k, v, output, sums, turns, causal, 0.3, chunkNumbers: length * 12L * 3);
        Near(wq.grad!, gq, "query's gradient");
        Near(wk.grad!, gk, "key's gradient");
        Near(wv.grad!, gv, "value's gradient");
    }

    [TestMethod]
    [DataRow(300, 5, 32)]
    [DataRow(700, 3, 100)]
    [DataRow(257, 9, 7)]
    [DataRow(300, 4, 299)]
    [DataRow(600, 33, 1)]
    [DataRow(520, 1, 16)]
    [DataRow(1_100, 4, 300)]
    [DataRow(11, 2, 4)]
    public unsafe void Kernel_EqualsTheDenseForm(int length, int group, int near)
    {
        if (!CpuAttention.Supported)
            Assert.Inconclusive("This processor does not run the kernel.");
        using var scope = NewDisposeScope();
        const int Width = 32, Stride = 40;
        var frequencies = new YarnScaling(4, 64).At(Width - 8, 10_000, 1); // a part of each head stays
        var window = new SelfExtendWindow(group, near);
        var rows = randn([3, length, Stride], generator: new Generator(7)).detach();
        var turns = new SelfExtendTurns(window, frequencies, false, length, CPU, ScalarType.Float32);
        var (all, first) = (empty(length, Width), empty(1, Width));
        fixed (byte* x = rows.bytes, y = all.bytes, z = first.bytes)
        {
            float* Part(int n, byte* of) => (float*)of + ((nint)n * length * Stride);
            SelfExtendKernel.Run(Part(0, x), Part(1, x), Part(2, x), Stride, turns, length, Width, 0.3f, (float*)y, Width);
            SelfExtendKernel.Run(Part(0, x), Part(1, x), Part(2, x), Stride, turns, 1, Width, 0.3f, (float*)z, Width);
        }

        Tensor Wide(int n) => rows[n].narrow(1, 0, Width).unsqueeze(0).to(ScalarType.Float64);
        var expected = SelfExtendOracle.Attend(Wide(0), Wide(1), Wide(2), frequencies.InverseFrequencies, frequencies.AttentionFactor, window, false, 0.3);
        Near(expected, all.unsqueeze(0), "all rows");
        Near(expected.narrow(1, 0, 1), first.unsqueeze(0), "the first row");
    }

    [TestMethod]
    public void Distances_AreThePapersExample()
    {
        var window = new SelfExtendWindow(2, 4);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4, 4, 5, 5, 6, 6 }, Enumerable.Range(0, 10).Select(i => window.Distance(i, 0)).ToArray());
        CollectionAssert.AreEqual(new[] { -4, -3, -2, -1, 0, 1, 2, 3, 4, 4 }, Enumerable.Range(0, 10).Select(i => window.Distance(i, 4)).ToArray());
        foreach (var (g, w) in new[] { (2, 4), (5, 7), (9, 64), (3, 1), (1, 5) })
            for (var i = 0; i < 150; i++)
                for (var j = 0; j < 150; j++)
                    Assert.AreEqual(SelfExtendOracle.Distance(i, j, g, w), new SelfExtendWindow(g, w).Distance(i, j), $"g {g}, w {w}: {i}, {j}");
    }

    [TestMethod]
    [DataRow(512, 1_024, 3, 256)]
    [DataRow(512, 2_048, 5, 128)]
    [DataRow(512, 1_480, 5, 128)]
    [DataRow(512, 4_096, 9, 64)]
    [DataRow(4_096, 32_768, 9, 512)]
    public void For_GivesLongEmbedsTable(int window, int length, int group, int near)
    {
        var found = SelfExtendWindow.For(window, length);
        Assert.AreEqual(new SelfExtendWindow(group, near), found);
        Assert.IsGreaterThanOrEqualTo(length, found.Limit(window));
    }

    [TestMethod]
    public void GroupsOfOne_ArePlainAttention()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (q, k, v) = (randn(2, 90, 8), randn(2, 90, 8), randn(2, 90, 8));
        var frequencies = new DefaultScaling().At(8, 100, 1);
        var table = RotaryTable.Of(frequencies, [.. Enumerable.Range(0, 90).Select(i => (float)i)], CPU, ScalarType.Float32);
        var plain = nn.functional.scaled_dot_product_attention(table.ApplyHeads(q, false), table.ApplyHeads(k, false), v);
        var found = SelfExtendAttention.Attend(q, k, v, new(new(1, 20), frequencies, false, 90, CPU, ScalarType.Float32), false, 1 / Math.Sqrt(8)).Output;
        Near(plain.to(ScalarType.Float64), found, "output");
    }

    [TestMethod]
    [DataRow(false, null)]
    [DataRow(true, 20.0)]
    public void Blocks_EqualTheDenseForm(bool causal, double? cap)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (q, k, v) = (randn(4, 70, 8), randn(2, 70, 8), randn(2, 70, 8));
        var window = new SelfExtendWindow(3, 11);
        var turns = new SelfExtendTurns(window, Frequencies, false, 70, CPU, ScalarType.Float32);
        Tensor Wide(Tensor x) => x.to(ScalarType.Float64);
        var expected = SelfExtendOracle.Attend(Wide(q), Wide(k), Wide(v), Frequencies.InverseFrequencies, Frequencies.AttentionFactor, window, causal, 0.4, cap);
        Near(expected, SelfExtendBlocks.Attend(q, k, v, turns, causal, 0.4, cap), "output");
        if (causal) // the last tokens alone
            Near(expected.narrow(1, 65, 5), SelfExtendBlocks.Attend(q.narrow(1, 65, 5), k, v, turns, causal, 0.4, cap), "last rows");
    }

    [TestMethod]
    public void Step_EqualsTheLastRow()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (q, k, v) = (randn(2, 70, 8), randn(2, 70, 8), randn(2, 70, 8));
        var window = new SelfExtendWindow(3, 11);
        var expected = SelfExtendAttention.Attend(q, k, v, new(window, Frequencies, false, 70, CPU, ScalarType.Float32), true, 0.4).Output.narrow(1, 69, 1);
        var keys = SelfExtendStep.Keys(k, window, Frequencies, false);
        var logits = matmul(q.narrow(1, 69, 1) * (0.4 * Frequencies.AttentionFactor), keys.transpose(1, 2));
        Near(expected.to(ScalarType.Float64), matmul(logits.softmax(-1), v), "step");
    }

    [TestMethod]
    public void Function_LetsGradientsFlow()
    {
        using var scope = NewDisposeScope();
        var window = new SelfExtendWindow(3, 11);
        Tensor Leaf(int heads) => randn(heads, 70, 8).requires_grad_();
        var (q, k, v) = (Leaf(2), Leaf(1), Leaf(1));
        Tensor Wide(Tensor x) => x.detach().to(ScalarType.Float64).requires_grad_();
        var (wq, wk, wv) = (Wide(q), Wide(k), Wide(v));
        var turns = new SelfExtendTurns(window, Frequencies, false, 70, CPU, ScalarType.Float32);
        SelfExtendFunction.Attend(q, k, v, turns, true, 0.4).pow(2).sum().backward();
        SelfExtendOracle.Attend(wq, wk, wv, Frequencies.InverseFrequencies, Frequencies.AttentionFactor, window, true, 0.4).pow(2).sum().backward();
        Near(wq.grad!, q.grad!, "query's gradient");
        Near(wk.grad!, k.grad!, "key's gradient");
        Near(wv.grad!, v.grad!, "value's gradient");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void BFloat16_IsNearFloat32(bool causal)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (q, k, v) = (randn(4, 200, 32), randn(2, 200, 32), randn(2, 200, 32));
        var window = new SelfExtendWindow(5, 16);
        var frequencies = new DefaultScaling().At(32, 10_000, 200);
        Tensor Run(ScalarType type) => SelfExtendAttention.Attend(
            q.to(type), k.to(type), v.to(type), new(window, frequencies, false, 200, CPU, type), causal, 0.2).Output.to(ScalarType.Float32);
        Assert.IsLessThan(0.05, (Run(ScalarType.Float32) - Run(ScalarType.BFloat16)).abs().max().item<float>());
    }

    [TestMethod, DoNotParallelize]
    public void Calls_LeaveNoTensorsBehind()
    {
        using var _ = no_grad();
        static void Once()
        {
            using var scope = NewDisposeScope();
            var (q, k, v) = (randn(3, 150, 8), randn(3, 150, 8), randn(3, 150, 8));
            var turns = new SelfExtendTurns(new(3, 20), Frequencies, false, 150, CPU, ScalarType.Float32);
            var (output, sums) = SelfExtendAttention.Attend(q, k, v, turns, false, 0.4);
            SelfExtendAttention.Backward(output, q, k, v, output, sums, turns, false, 0.4);
            SelfExtendBlocks.Attend(q, k, v, turns, true, 0.4, null);
        }

        Once();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
            Once();
        Assert.IsLessThanOrEqualTo(before, Tensor.TotalCount);
    }

    private static void Near(Tensor expected, Tensor found, string what)
    {
        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(expected.shape, found.shape);
        var worst = (expected.detach() - found.to(ScalarType.Float64)).abs().max().item<double>();
        var most = Math.Max(1, expected.detach().abs().max().item<double>());
        Assert.IsLessThanOrEqualTo(1e-5 * most, worst, what);
    }
}
