using ML.Extensions.Kernels;

namespace ML.Extensions.Tests.Kernels;

[TestClass]
public sealed unsafe class HeadAttentionTest
{
    [TestMethod]
    [DataRow(1, 1, 32)]
    [DataRow(7, 7, 32)]
    [DataRow(1, 513, 32)]
    [DataRow(33, 1_100, 64)]
    [DataRow(9, 40, 24)]
    [DataRow(9, 40, 80)]
    [DataRow(9, 600, 5)]
    public void Run_GivesSoftmaxAttention(int queries, int length, int width)
    {
        var random = new Random(length);
        var step = (3 * width) + 1;
        var x = Enumerable.Range(0, length * step).Select(_ => (float)(4 * random.NextDouble()) - 2).ToArray();
        var y = new float[queries * (width + 2)];
        using var attention = new HeadAttention(width);
        fixed (float* p = x)
        {
            fixed (float* to = y)
            {
                attention.Run(p, queries, p + width, p + (2 * width), length, step, 0.4f, to, width + 2);
                attention.Run(p, queries, p + width, p + (2 * width), length, step, 0.4f, to, width + 2); // its memory is used again
            }
        }

        for (var i = 0; i < queries; i++)
        {
            var logits = Enumerable.Range(0, length).Select(k => 0.4 * Enumerable.Range(0, width).Sum(d => (double)x[(i * step) + d] * x[(k * step) + width + d])).ToArray();
            var weights = logits.Select(l => Math.Exp(l - logits.Max())).ToArray();
            for (var d = 0; d < width; d++)
            {
                var expected = Enumerable.Range(0, length).Sum(k => weights[k] * x[(k * step) + (2 * width) + d]) / weights.Sum();
                Assert.AreEqual(expected, y[(i * (width + 2)) + d], 1e-5, $"query {i}, dimension {d}");
            }

            Assert.AreEqual((0, 0), (y[(i * (width + 2)) + width], y[(i * (width + 2)) + width + 1]), "between the rows");
        }
    }
}
