using ML.Extensions.Kernels;

namespace ML.Extensions.Tests.Kernels;

[TestClass]
public sealed class CoreTeamTest
{
    [TestMethod]
    public void Run_CallsEachWorkerOnce()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var calls = new int[5];
            CoreTeam.Run(5, i => Interlocked.Increment(ref calls[i]));
            CollectionAssert.AreEqual(new[] { 1, 1, 1, 1, 1 }, calls);
        }
    }

    [TestMethod]
    public void Deal_GivesEachItemOnceToSeveralCallers() => Parallel.For(0, 4, caller =>
    {
        for (var round = 0; round < 200; round++)
        {
            var items = new int[17];
            CoreTeam.Deal(CoreTeam.Size, 17, (worker, item) => items[item] += worker < CoreTeam.Size ? 1 : 100);
            Assert.IsTrue(items.All(n => n == 1), $"caller {caller}, round {round}: {string.Join(' ', items)}");
        }
    });

    [TestMethod]
    public void Run_ThrowsWhatAWorkerThrewAndGoesOn()
    {
        for (var worker = 0; worker < 3; worker++)
        {
            var guilty = worker;
            Assert.ThrowsExactly<InvalidOperationException>(() => CoreTeam.Run(3, i =>
            {
                if (i == guilty)
                    throw new InvalidOperationException("here");
            }));
        }

        var calls = 0;
        CoreTeam.Run(2, _ => Interlocked.Increment(ref calls));
        Assert.AreEqual(2, calls);
    }

    [TestMethod]
    public void Run_WakesHelpersThatSleep()
    {
        for (var round = 0; round < 5; round++)
        {
            Thread.Sleep(30);
            var calls = 0;
            CoreTeam.Run(2, _ => Interlocked.Increment(ref calls));
            Assert.AreEqual(2, calls);
        }
    }
}
