using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Damaged .model files open, or are refused with one clear error; what opens can be used.</summary>
[TestClass]
public sealed class SentencePieceFuzzTest
{
    private const string Text = "Q ab [user] é😀\0 ﬁ abc \ud800 ▁▁ cab";

    [TestMethod]
    public void Unigram_OpensOrRefuses() => Files(SampleSentencePieces.Unigram(), 1);

    [TestMethod]
    public void Bpe_OpensOrRefuses() => Files(SampleSentencePieces.Bpe(), 2);

    private static void Files(byte[] good, int seed)
    {
        var random = new Random(seed);
        var (opened, count) = (0, 1_500);
        for (var i = 0; i < count; i++)
        {
            var bytes = Mutate(good, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var tokenizer = new SentencePieceTokenizer(SentencePieceFile.Read(bytes, "a.model"), new());
                tokenizer.Decode(tokenizer.Encode(Text).Ids);
                opened++;
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Assert.StartsWith("a.model: ", e.Message);
            }

            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before, $"mutation {i}");
        }

        Assert.IsInRange(count / 50, count - (count / 20), opened); // both happen often
    }

    /// <summary>One to three changes: a bit, a byte, a cut, a dropped or repeated part, a run of zeros or ones.</summary>
    private static byte[] Mutate(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (var n = random.Next(1, 4); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    for (var i = 0; i < length; i++)
                        bytes[at + i] = (byte)(random.Next(2) * 255);
                    break;
            }
        }

        return [.. bytes];
    }
}
