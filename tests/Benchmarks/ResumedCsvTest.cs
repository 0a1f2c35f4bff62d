using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class ResumedCsvTest
{
    [TestMethod]
    public void GoesOnBehindTheLastWholeLine()
    {
        using var folder = new TempFolder();
        var path = folder["r.csv"];
        using (var csv = new ResumedCsv(path, "name,value"))
            csv.Write("é,1");
        File.AppendAllText(path, "b,2");
        using (var csv = new ResumedCsv(path, "name,value"))
        {
            CollectionAssert.AreEqual(new[] { "é", "1" }, csv.Rows.Single());
            csv.Write("c,3");
        }

        CollectionAssert.AreEqual(new[] { "name,value", "é,1", "c,3" }, File.ReadAllLines(path));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ResumedCsv(path, "other")).Message, path, StringComparison.Ordinal);
    }
}
