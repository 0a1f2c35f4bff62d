using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public sealed class ConformanceCaseTest
{
    [TestMethod]
    public void Of_KeepsTheLargestErrorAndTheReason()
    {
        Assert.IsTrue(ConformanceCase.Of("models", "a", c => c.Near("states", [1, 2], [1, 2.5f], 0.6)).Passed);
        var far = ConformanceCase.Of("models", "b", c => c.Near("states", [1, 2], [1, 2.5f], 0.1));
        Assert.AreEqual(0.5, far.Error!.Value, 1e-9);
        Assert.Contains("states: off by 5.0e-1", far.Why!);
        Assert.Contains("off by", ConformanceCase.Of("models", "c", c => c.Near("states", [1], [float.NaN], 1)).Why!);
        Assert.Contains("2 numbers, expected 1", ConformanceCase.Of("models", "d", c => c.Near("states", [1], [1, 2], 1)).Why!);
    }

    [TestMethod]
    public void Of_WhatIsNotKnownHasFailed()
    {
        var unknown = ConformanceCase.Of("models", "mamba", _ => throw new NotSupportedException("model_type is 'mamba'"));
        Assert.IsFalse(unknown.Passed);
        Assert.AreEqual("nothing was compared", ConformanceCase.Of("models", "empty", _ => { }).Why);
        Assert.Contains("ids: 1 2, expected 1 3", ConformanceCase.Of("tokenizers", "x", c => c.Same<int>("ids", [1, 3], [1, 2])).Why!);
        Assert.Contains("| mamba | 0 |  | failed: model_type is 'mamba' |", ConformanceReport.Page([unknown]));
    }
}
