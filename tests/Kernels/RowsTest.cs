using ML.Extensions.Kernels;

namespace ML.Extensions.Tests.Kernels;

[TestClass]
public sealed class RowsTest
{
    [TestMethod]
    [DataRow("gelu", 1e-4)]
    [DataRow("gelu_new", 1e-5)]
    [DataRow("relu", 0)]
    [DataRow("silu", 1e-5)]
    public void Activation_IsTheFunction(string name, double within)
    {
        var x = Enumerable.Range(-1_203, 2_407).Select(i => i * 0.01f).ToArray();
        var y = x.ToArray();
        RowActivation.Run(name, y);
        for (var i = 0; i < x.Length; i++)
            Assert.AreEqual(Function(name, x[i]), y[i], within, $"{name}({x[i]})");
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(48)]
    [DataRow(385)]
    public void Norm_AddsAndNormalises(int width)
    {
        var random = new Random(width);
        float[] Values() => [.. Enumerable.Range(0, width).Select(_ => (float)random.NextDouble() + 3)];
        var (x, rest, weight, bias) = (Values(), Values(), Values(), Values());
        var sum = x.Zip(rest, (a, b) => (double)a + b).ToArray();
        var deviation = Math.Sqrt((sum.Sum(v => (v - sum.Average()) * (v - sum.Average())) / width) + 0.01);
        new RowNorm(weight, bias, 0.01).AddAndRun(x, rest);
        for (var i = 0; i < width; i++)
            Assert.AreEqual(((sum[i] - sum.Average()) / deviation * weight[i]) + bias[i], x[i], 1e-4, $"dimension {i}");
    }

    // The normal distribution by its own series: no arithmetic shared with the kernel.
    private static double Function(string name, double x) => name switch
    {
        "relu" => Math.Max(x, 0),
        "silu" => x / (1 + Math.Exp(-x)),
        "gelu_new" => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        _ => x * Normal(x),
    };

    private static double Normal(double x)
    {
        if (Math.Abs(x) > 7)
            return x > 0 ? 1 : 0;
        double term = x, sum = x;
        for (var k = 1; k < 200; k++)
            sum += term *= x * x / ((2 * k) + 1);
        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}
