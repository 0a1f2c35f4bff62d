using ML.Extensions.NativeLibraries;
using TorchSharp;

namespace ML.Extensions.Tests.NativeLibraries;

[TestClass]
public sealed class NativeTorchTest
{
    [TestMethod]
    public void FirstOperation_GivesTheRightSum()
    {
        NativeTorch.EnsureLoaded();
        using var x = torch.arange(10);
        using var sum = x.sum();
        Assert.AreEqual(45, sum.item<long>());
    }
}
