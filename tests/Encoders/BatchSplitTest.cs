using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Encoders;

[TestClass]
public sealed class BatchSplitTest
{
    public static IEnumerable<int[]> Batches =>
    [
        [1], [16], [32_768], [512, 512], [8, 8, 8], [.. Enumerable.Repeat(512, 16)], [.. Enumerable.Repeat(128, 16)],
        [5_000, 300, 300, 20, 20], [.. Enumerable.Range(1, 500).Reverse()], [.. Enumerable.Range(1, 100)], [3_000, 3_000, 2_999],
    ];

    [TestMethod]
    public void Of_CoversEachSequenceOnce()
    {
        foreach (var lengths in Batches)
        {
            foreach (var cores in (int[])[1, 2, 8])
            {
                var (wide, narrow) = BatchSplit.Of(lengths, cores);
                var at = 0;
                var start = 0;
                foreach (var part in wide.Concat(narrow))
                {
                    Assert.AreEqual((at, start), (part.First, part.Start));
                    at += part.Count;
                    start += part.Tokens;
                }

                Assert.AreEqual((lengths.Length, lengths.Sum()), (at, start));
            }
        }
    }

    [TestMethod]
    public void Of_EqualTextsGoInEqualParts() =>
        CollectionAssert.AreEqual(Enumerable.Repeat(512, 4).ToArray(), BatchSplit.Of([.. Enumerable.Repeat(128, 16)], 2).Narrow.Select(p => p.Tokens).ToArray());
}
