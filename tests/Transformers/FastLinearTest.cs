using ML.Extensions.Devices;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Transformers;

[TestClass]
[DoNotParallelize]
public sealed class FastLinearTest
{
    [TestMethod]
    [DataRow(40, 64, 96)]
    [DataRow(33, 96, 64)]
    [DataRow(7, 10, 3)]
    [DataRow(1, 17, 130)]
    [DataRow(130, 384, 1_536)]
    public void ProductAndGradients_AreLibtorchs(int rows, int inputs, int outputs)
    {
        if (!PackedProducts.Supported)
            Assert.Inconclusive("This libtorch has no oneDNN.");
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        Tensor[] own = [randn(rows, inputs), randn(outputs, inputs), randn(outputs)];
        Tensor[] theirs = [.. own.Select(t => t.clone())];
        foreach (var tensor in own.Concat(theirs))
            tensor.requires_grad_(true);
        var weights = randn(rows, outputs);
        var (y, expected) = (FastLinear.Multiply(own[0], own[1], own[2]), nn.functional.linear(theirs[0], theirs[1], theirs[2]));
        Close(expected, y);
        (y * weights).sum().backward();
        (expected * weights).sum().backward();
        foreach (var (a, b) in own.Zip(theirs))
            Close(b.grad!, a.grad!);
        Assert.IsTrue(own[1].grad!.is_contiguous());
    }

    private static void Close(Tensor expected, Tensor actual) =>
        Assert.IsLessThan(1e-5f, ((expected - actual).abs().max() / expected.abs().max()).item<float>());
}
