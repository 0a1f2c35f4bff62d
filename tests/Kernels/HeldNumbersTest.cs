using ML.Extensions.Kernels;
using TorchSharp;

namespace ML.Extensions.Tests.Kernels;

[TestClass]
public sealed class HeldNumbersTest
{
    private static readonly float[] X = [1.5f, -2, 3], Y = [4, 0.25f, -1];

    [TestMethod]
    public void Operators_AreThePlainOnes()
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = (torch.tensor(X), torch.tensor(Y));
        void Same(torch.Tensor expected, torch.Tensor found) => CollectionAssert.AreEqual(expected.data<float>().ToArray(), found.data<float>().ToArray());
        Same(x + y, x.Plus(y));
        Same(x - y, x.Minus(y));
        Same(x * 0.3, x.Times(0.3));
        Same(x + y, x.clone().AddHeld(y));
        Same(x + 0.3, x.clone().AddHeld(0.3));
        Same(x * 0.3, x.clone().MultiplyHeld(0.3));
        Same(x / 0.3, x.clone().DivideHeld(0.3));
        Same(x + (y * y), x.clone().AddProduct(y, y));
        Same(x - (y * y), x.clone().SubtractProduct(y, y));
        Same(x.masked_fill(y.lt(0), -9), x.Filled(y.lt(0), -9));
    }
}
