using ML.Extensions.Devices;
using TorchSharp;

namespace ML.Extensions.Tests.Devices;

/// <summary>Calls of compiled text.</summary>
[TestClass]
public sealed class TorchScriptTest
{
    [TestMethod]
    public void Call_KeepsItsNumbersFromTheCollector()
    {
        using var text = TorchScript.Load("def pick(self, x: Tensor, flag: bool, n: int, factor: float) -> Tensor:\n    return torch.mul(x, factor) if flag else torch.add(x, n)\n");
        using var x = torch.ones(4);
        using var ended = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        for (var i = 0; i < 3_000; i++)
        {
            using var scope = torch.NewDisposeScope();
            var product = (torch.Tensor)text.Call("pick", x, true, i, 0.5);
            var sum = (torch.Tensor)text.Call("pick", x, false, i, 0.5);
            Assert.AreEqual((0.5f, 1f + i), (product[0].item<float>(), sum[0].item<float>()));
        }

        ended.Cancel();
        collector.Wait();
    }
}
