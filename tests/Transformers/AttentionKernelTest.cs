using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Transformers;

[TestClass]
public class AttentionKernelTest
{
    // In bfloat16 with gradients, two products and a softmax stand for the fused kernel.
    [TestMethod]
    [DataRow(3, 37)]
    [DataRow(1, 200)]
    public void Attend_InBFloat16_HasTheGradientsOfFloat32(int count, int length)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var inputs = Enumerable.Range(0, 3).Select(_ => randn(count, length, 4, 16)).ToArray();
        var weight = randn(count, 4, length, 16);
        (Tensor Value, Tensor[] Gradients) Run(ScalarType type)
        {
            var leaves = inputs.Select(x => x.to(type).detach().requires_grad_(true)).ToArray();
            var heads = leaves.Select(x => x.transpose(1, 2)).ToArray();
            var product = new ProjectionSpec(0);
            var value = AttentionKernel.Attend(heads[0], heads[1], heads[2], new(new(4, 4, 16) { Inputs = product, Output = product, Scale = 0.25 }));
            (value.to(ScalarType.Float32) * weight).sum().backward();
            return (value.to(ScalarType.Float32), [.. leaves.Select(x => x.grad!.to(ScalarType.Float32))]);
        }

        var (exact, rounded) = (Run(ScalarType.Float32), Run(ScalarType.BFloat16));
        Near(exact.Value, rounded.Value);
        foreach (var (a, b) in exact.Gradients.Zip(rounded.Gradients))
            Near(a, b);
    }

    private static void Near(Tensor exact, Tensor rounded) =>
        Assert.IsLessThan(0.02f, ((exact - rounded).norm() / exact.norm()).item<float>());
}
