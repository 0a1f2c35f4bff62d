using ML.Extensions.GraphKv;
using TorchSharp;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>Entries in memory and on disk (identity 12), and what can go wrong with files.</summary>
[TestClass]
[DoNotParallelize] // tensor counts are global
public sealed class SegmentCacheTest
{
    private static readonly int[] Prefix = RandomDecoder.Ids(3, 1), Question = RandomDecoder.Ids(5, 2);
    private static readonly int[][] Segments = [.. Enumerable.Range(0, 4).Select(n => RandomDecoder.Ids(6 + n, 10 + n))];
    private static readonly GraphKvPlan Plan = GraphKvPlan.Graph(SegmentGraph.Full, sourceLength: 16);
    private const int Entries = 9, Tokens = 3 + (2 * (6 + 7 + 8 + 9)); // prefix, four by themselves, four targets

    private static float[] Ask(RandomDecoder model, SegmentCache cache, string content = "test", GraphKvPlan? plan = null)
    {
        using var answering = new Answering(model.Decoder, cache: cache, content: content);
        return answering.Logits(plan ?? Plan, Prefix, Segments, Question);
    }

    [TestMethod]
    public void Disk_GivesTheSameBits() // 12
    {
        using var model = new RandomDecoder();
        using var folder = new TempFolder();
        foreach (var plan in new[] { Plan, GraphKvPlan.Sequential, GraphKvPlan.Synchronous(SegmentGraph.Full, sourceLength: 16), GraphKvPlan.CacheBlend(0.5) })
        {
            var expected = Ask(model, new(), plan: plan);
            Answering.Same(expected, Ask(model, new(folder: new(folder.Root)), plan: plan), $"12 {plan.Name}, written");
            var again = new SegmentCache(folder: new(folder.Root)); // as after a restart
            Answering.Same(expected, Ask(model, again, plan: plan), $"12 {plan.Name}, read");
            Assert.AreEqual(0, again.Counters.Misses);
            Assert.AreEqual(0, again.Counters.BytesWritten);
            Assert.IsGreaterThan(0, again.Counters.DiskHits);
        }

        Assert.IsEmpty(Directory.GetFiles(folder.Root, "*.tmp"));
    }

    [TestMethod]
    public void Counters_AreHonest()
    {
        using var model = new RandomDecoder();
        using var folder = new TempFolder();
        using var answering = new Answering(model.Decoder, cache: new(folder: new(folder.Root)));
        answering.Logits(Plan, Prefix, Segments, Question);
        var first = answering.Cache.Counters;
        Assert.AreEqual((0, 0, Entries, 0, Tokens), (first.MemoryHits, first.DiskHits, first.Misses, first.TokensReused, first.TokensComputed));
        Assert.AreEqual(Directory.GetFiles(folder.Root).Sum(f => new FileInfo(f).Length), first.BytesWritten);
        answering.Logits(Plan, Prefix, Segments, Question);
        var second = answering.Cache.Counters.Since(first);
        Assert.AreEqual(new SegmentCounters(MemoryHits: Entries, TokensReused: Tokens), second);
        answering.Logits(Plan, Prefix, Segments[..^1], Question); // targets have another set of sources now
        var third = answering.Cache.Counters.Since(first).Since(second);
        Assert.AreEqual((4, 3, 3 + 21, 21), (third.MemoryHits, third.Misses, third.TokensReused, third.TokensComputed));
    }

    [TestMethod]
    [DataRow("short")]
    [DataRow("empty")]
    [DataRow("value")]
    [DataRow("id")]
    [DataRow("commit")]
    [DataRow("foreign")]
    [DataRow("other entry")]
    public void BrokenFiles_AreComputedAnew(string kind)
    {
        using var model = new RandomDecoder();
        using var folder = new TempFolder();
        var expected = Ask(model, new(folder: new(folder.Root)));
        var files = Directory.GetFiles(folder.Root).Order().ToArray();
        Assert.HasCount(Entries, files);
        var (bytes, other) = (File.ReadAllBytes(files[4]), File.ReadAllBytes(files[5]));
        switch (kind)
        {
            case "short": bytes = bytes[..(bytes.Length / 2)]; break;
            case "empty": bytes = []; break;
            case "value": bytes[^100] ^= 1; break;
            case "id": bytes[90] ^= 1; break; // the ids begin at byte 88
            case "commit": bytes[^1] = 0; break;
            case "foreign": bytes = [.. Enumerable.Range(0, bytes.Length).Select(i => (byte)i)]; break;
            default: bytes = other; break;
        }

        File.WriteAllBytes(files[4], bytes);
        var cache = new SegmentCache(folder: new(folder.Root));
        Answering.Same(expected, Ask(model, cache), kind);
        Assert.AreEqual((1, 1, Entries - 1), (cache.Counters.Rejected, cache.Counters.Misses, cache.Counters.DiskHits));
        var mended = new SegmentCache(folder: new(folder.Root));
        Answering.Same(expected, Ask(model, mended), kind + ", mended");
        Assert.AreEqual(0, mended.Counters.Misses);
    }

    [TestMethod]
    public void ChangedModel_IsNotServedOldEntries()
    {
        using var folder = new TempFolder();
        using var old = new RandomDecoder(seed: 1);
        using var changed = new RandomDecoder(seed: 2);
        Ask(old, new(folder: new(folder.Root)), "old");
        var cache = new SegmentCache(folder: new(folder.Root));
        Answering.Same(Ask(changed, new(), "new"), Ask(changed, cache, "new"), "new weights");
        Assert.AreEqual(Entries, cache.Counters.Misses);
    }

    [TestMethod]
    public void FullDisk_ServesFromMemory()
    {
        using var model = new RandomDecoder();
        using var folder = new TempFolder();
        var cache = new SegmentCache(folder: new(folder.Root, create: path => new FullDisk(path)));
        Answering.Same(Ask(model, new()), Ask(model, cache), "disk full");
        Assert.AreEqual((Entries, 0), (cache.Counters.WriteFailures, cache.Counters.BytesWritten));
        Assert.IsEmpty(Directory.GetFiles(folder.Root));
    }

    [TestMethod]
    public void TwoWriters_ShareAFolder()
    {
        using var model = new RandomDecoder();
        using var folder = new TempFolder();
        var expected = Ask(model, new());
        var found = new float[6][];
        Parallel.For(0, found.Length, i => found[i] = Ask(model, new(folder: new(folder.Root))));
        foreach (var logits in found)
            Answering.Same(expected, logits, "several caches at once");
        Assert.HasCount(Entries, Directory.GetFiles(folder.Root));
    }

    [TestMethod]
    public void Budget_KeepsWhatWasUsedLast()
    {
        using var model = new RandomDecoder();
        using var full = new Answering(model.Decoder);
        var expected = full.Logits(Plan, Prefix, Segments, Question);
        using var small = new Answering(model.Decoder, cache: new(memoryBytes: full.Cache.Bytes / 4));
        for (var i = 0; i < 2; i++)
        {
            Answering.Same(expected, small.Logits(Plan, Prefix, Segments, Question), "small budget");
            Assert.IsLessThanOrEqualTo(full.Cache.Bytes / 4, small.Cache.Bytes);
        }

        Assert.IsGreaterThan(0, small.Cache.Counters.Evictions);
    }

    [TestMethod]
    public void Folder_DeletesWhatWasUsedLongAgo()
    {
        using var model = new RandomDecoder();
        using var folder = new TempFolder();
        Ask(model, new(folder: new(folder.Root)));
        var half = Directory.GetFiles(folder.Root).Sum(f => new FileInfo(f).Length) / 2;
        Ask(model, new(folder: new(folder.Root, half)), "other");
        Assert.IsLessThanOrEqualTo(half, Directory.GetFiles(folder.Root).Sum(f => new FileInfo(f).Length));
    }

    [TestMethod]
    public void Engine_LeavesNoTensors()
    {
        using var model = new RandomDecoder();
        using var folder = new TempFolder();
        void Round(int n)
        {
            using var cache = new SegmentCache(folder: new(folder.Root));
            using var answering = new Answering(model.Decoder, cache: cache);
            foreach (var plan in new[] { Plan, GraphKvPlan.Synchronous(SegmentGraph.Full), GraphKvPlan.AdaptiveParallel(), GraphKvPlan.CacheBlend(0.4) })
                answering.Greedy(plan, Prefix, [RandomDecoder.Ids(5, n), .. Segments], Question, 3);
        }

        Round(0);
        var open = torch.Tensor.TotalCount;
        for (var i = 1; i < 5; i++)
            Round(i);
        Assert.IsLessThanOrEqualTo(open, torch.Tensor.TotalCount);
    }

    /// <summary>A file on a disk with room for 1,000 bytes.</summary>
    private sealed class FullDisk(string path) : FileStream(path, FileMode.CreateNew)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Position + buffer.Length > 1_000)
                throw new IOException("No space left on device");
            base.Write(buffer);
        }
    }
}
