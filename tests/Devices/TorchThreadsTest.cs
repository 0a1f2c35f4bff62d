using System.Collections.Concurrent;
using ML.Extensions.Devices;
using TorchSharp;

namespace ML.Extensions.Tests.Devices;

[TestClass]
public sealed class TorchThreadsTest
{
    [TestMethod]
    public void Workers_HaveTheirNumberOfThreadsAndOthersKeepTheirs()
    {
        var own = torch.get_num_threads();
        var seen = new ConcurrentBag<int>();
        using var meeting = new Barrier(TorchThreads.Count); // each narrow worker takes one
        TorchThreads.RunNarrow([.. Enumerable.Repeat<Action>(() => { meeting.SignalAndWait(); seen.Add(torch.get_num_threads()); }, TorchThreads.Count)]);
        CollectionAssert.AreEqual(Enumerable.Repeat(1, TorchThreads.Count).ToArray(), seen.ToArray());
        var wide = 0;
        TorchThreads.RunWide(() => wide = torch.get_num_threads());
        Assert.AreEqual(TorchThreads.Count, wide);
        Assert.AreEqual(own, torch.get_num_threads());
    }

    [TestMethod]
    public void Run_ThrowsWhatAnActionThrew()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TorchThreads.RunNarrow([() => { }, () => throw new InvalidOperationException("here")]));
        Assert.AreEqual("here", error.Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => TorchThreads.RunWide(() => throw new InvalidOperationException("here")));
    }
}
