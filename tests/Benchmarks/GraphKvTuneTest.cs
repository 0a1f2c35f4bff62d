using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class GraphKvTuneTest
{
    [TestMethod]
    [DataRow("passages", "4")]
    [DataRow("negatives", "bm25")]
    [DataRow("plans", "pcw")]
    public void Run_OptionOfPassagesWithCiteseer_Named(string option, string value) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => GraphKvTune.Run(["--set", "citeseer", "--" + option, value])).Message, $"'--{option}' is for --set passages");
}
