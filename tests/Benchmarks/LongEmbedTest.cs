using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

/// <summary>LongEmbed's harness checks: what a lexical and a cutting encoder must score.</summary>
[TestClass]
public class LongEmbedTest
{
    private const int Window = 512;

    private static readonly LongEmbedSources Sources = new(".");
    private static readonly LongEmbedTask Passkey = LongEmbedTask.All[0];
    private static readonly Contestant[] Lexical = [new(null, "bm25")];

    [TestMethod]
    public void Passkey_Bm25FindsEverything()
    {
        foreach (var draw in new LongEmbedDraw[] { new(1), new(3, 0.02) })
        {
            var results = LongEmbedRun.Measure(Passkey, Sources, Lexical, [256, 2_048], [draw]).ToArray();
            Assert.HasCount(2, results);
            foreach (var result in results)
                Assert.AreEqual(1, result.Score, $"{result.Tokens} tokens, draw {draw}");
        }
    }

    /// <summary>Acc@1 follows min(1, L_o / L), but for the luck of places: 4 standard errors over the draws; the needle's own words blur the window's edge.</summary>
    [TestMethod]
    [DataRow(256)]
    [DataRow(512)]
    [DataRow(1_024)]
    [DataRow(2_048)]
    [DataRow(4_096)]
    public void Passkey_AnEncoderThatCutsFollowsItsWindow(int tokens)
    {
        LongEmbedDraw[] draws = [.. Enumerable.Range(1, 6).Select(s => new LongEmbedDraw(s))];
        var accuracy = draws.Average(draw => Cutting(tokens, draw));
        var expected = Math.Min(1, Window / (double)tokens);
        var luck = Math.Sqrt(expected * (1 - expected) / (50 * draws.Length));
        Assert.AreEqual(expected, accuracy, (4 * luck) + 0.025);
    }

    [TestMethod]
    public void Passkey_NeedlesInTheFirstPart_AreInTheWindow() => Assert.AreEqual(1, Cutting(4_096, new(3, 0.02)));

    [TestMethod]
    public void Needle_Bm25FindsAbout95()
    {
        if (Shared.Root is null)
            return;
        var sources = new LongEmbedSources(Path.Combine(Shared.Root, "data")) { Queries = 100 };
        var results = LongEmbedRun.Measure(
            LongEmbedTask.All[1], sources, Lexical, [256, 2_048], [new(1), new(2)]).ToArray();
        Assert.AreEqual(0.95, results.Average(r => r.Score), 0.03, string.Join(' ', results.Select(r => r.Score)));
    }

    [TestMethod]
    public void Needle_FactsAreAHundredDifferentOnes()
    {
        Assert.HasCount(100, NeedleFacts.All);
        CollectionAssert.AllItemsAreUnique(NeedleFacts.All.Select(f => f.Text).ToArray());
        CollectionAssert.AllItemsAreUnique(NeedleFacts.All.Select(f => f.Question).ToArray());
        foreach (var fact in NeedleFacts.All)
            Assert.IsTrue(fact.Text.EndsWith('.') && fact.Question.EndsWith('?'), fact.ToString());
    }

    [TestMethod]
    public void Needle_DocumentsDifferInOneLineOnly()
    {
        var haystack = new Haystack(["One two three. Four five? Six seven eight nine!\n\nTen eleven.", string.Concat(Enumerable.Repeat("A b c d e f. ", 50))]);
        var set = SyntheticSet.Needle(haystack, 256, 20, 10, new(5));
        var fillers = set.Documents.Select(d => string.Join(' ', d.Split('\n').Where(l => !NeedleFacts.All.Any(f => f.Text == l)))).ToArray();
        Assert.HasCount(1, fillers.Distinct());
        Assert.HasCount(20, set.Documents.Distinct());
        foreach (var document in set.Documents)
        {
            Assert.ContainsSingle(l => NeedleFacts.All.Any(f => f.Text == l), document.Split('\n'));
            Assert.IsTrue(document.Split([' ', '\n']).Length is <= 192 and > 170);
        }

        CollectionAssert.AreEqual(set.Documents.ToArray(), SyntheticSet.Needle(haystack, 256, 20, 10, new(5)).Documents.ToArray());
        CollectionAssert.AreNotEqual(set.Documents.ToArray(), SyntheticSet.Needle(haystack, 256, 20, 10, new(6)).Documents.ToArray());
        Assert.IsTrue(set.Depths!.Max() > 0.7 && set.Depths!.Min() < 0.3);
    }

    [TestMethod]
    public void Draws_AreReadAsTyped()
    {
        Assert.AreEqual(new LongEmbedDraw(3, 0.02), LongEmbedDraw.Parse("3@0.02"));
        Assert.AreEqual("3@0.02", LongEmbedDraw.Parse("3@0.02").ToString());
        Assert.AreEqual("7", LongEmbedDraw.Parse("7").ToString());
        foreach (var bad in new[] { "x", "3@", "3@2", "3@0", "-1" })
            Assert.ThrowsExactly<ArgumentException>(() => LongEmbedDraw.Parse(bad));
    }

    [TestMethod]
    public void Tasks_ErrorsSayWhatThereIs()
    {
        Assert.Contains("narrativeqa", Assert.ThrowsExactly<ArgumentException>(() => LongEmbedTask.Parse(["gov_report"])).Message);
        Assert.Contains("--dataset", Assert.ThrowsExactly<ArgumentException>(() => LongEmbedTask.All[3].Load(Sources, 0, new(1))).Message);
        Assert.HasCount(3, LongEmbedTask.Parse(["own"]));
    }

    [TestMethod]
    public void CsvAndPlot_AreWritten()
    {
        using var folder = new TempFolder();
        var sources = Sources with { Documents = 10, Queries = 4 };
        var results = LongEmbedRun.Measure(Passkey, sources, [.. Lexical, new(new WindowEncoder(200, ["key"]), "none")], [256, 512], [new(1), new(2)]).ToArray();
        using (var csv = new LongEmbedCsv(folder["r.csv"]))
        {
            foreach (var result in results)
                csv.Write(result);
        }

        var lines = File.ReadAllLines(folder["r.csv"]);
        Assert.HasCount(9, lines);
        Assert.IsTrue(lines.All(l => l.Split(',').Length == lines[0].Split(',').Length));
        StringAssert.StartsWith(lines[1], "passkey,-,bm25,256,1,10,4,1.0000,1.0000,0.0000,", StringComparison.Ordinal);
        LongEmbedPlot.Save(folder["p.png"], results);
        var bytes = File.ReadAllBytes(folder["p.png"]);
        CollectionAssert.AreEqual(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, bytes[..4]);
        Assert.IsGreaterThan(2_000, bytes.Length);
        Assert.ThrowsExactly<ArgumentException>(() => LongEmbedPlot.Check("p.svg"));
    }

    [TestMethod]
    public void AnEndedRun_GoesOnWithItsFile()
    {
        using var folder = new TempFolder();
        var sources = Sources with { Documents = 10, Queries = 4 };
        var names = PasskeySet.Create(512, 10, 1, 1).Names;
        LongEmbedDraw[] draws = [new(1), new(2)];
        Contestant[] all = [.. Lexical, new(new WindowEncoder(200, names), "none")];
        var whole = LongEmbedRun.Measure(Passkey, sources, all, [256, 512], draws).ToArray();
        using (var csv = new LongEmbedCsv(folder["r.csv"]))
            foreach (var result in whole.Take(5))
                csv.Write(result);
        File.AppendAllText(folder["r.csv"], "passkey,-,bm25,512,2"); // cut short by a kill
        using (var csv = new LongEmbedCsv(folder["r.csv"]))
        {
            Assert.AreEqual(5, csv.Known);
            Contestant[] broken = [.. Lexical, new(new WindowEncoder(200, ["nothing"]), "none")]; // it would find nothing
            var again = LongEmbedRun.Measure(Passkey, sources, broken, [256, 512], draws, csv).ToArray();
            for (var i = 0; i < 8; i++)
            {
                Assert.AreEqual(whole[i].By.Strategy, again[i].By.Strategy);
                if (i >= 5)
                    continue;
                Assert.AreEqual(whole[i].Score, again[i].Score);
                Assert.AreEqual(whole[i].Metrics.Ndcg(10), again[i].Metrics.Ndcg(10));
                Assert.AreEqual(whole[i].Metrics.LargestHub, again[i].Metrics.LargestHub);
                CollectionAssert.AreEqual(LongEmbedReport.Quarters(whole[i].Metrics), LongEmbedReport.Quarters(again[i].Metrics));
            }

            foreach (var result in again)
                csv.Write(result);
        }

        var lines = File.ReadAllLines(folder["r.csv"]);
        Assert.HasCount(9, lines);
        Assert.HasCount(9, lines.Distinct());
        File.WriteAllText(folder["other.csv"], "a,b\n");
        Assert.ThrowsExactly<ArgumentException>(() => new LongEmbedCsv(folder["other.csv"]));
    }

    [TestMethod]
    public void None_ReadsTheModelsOwnWindow()
    {
        Assert.AreEqual(200, new Contestant(new WindowEncoder(200, []), "none").Limits([4_096]).Single());
        Assert.AreEqual(4_096, new Contestant(new WindowEncoder(200, []), "pcw").Limits([4_096]).Single());
        Assert.AreEqual(0, Lexical[0].Limits([4_096]).Single());
    }

    private static double Cutting(int tokens, LongEmbedDraw draw)
    {
        // The encoder knows every name of the draw and sees the window's words.
        var names = PasskeySet.Create(tokens, 100, draw.Seed, draw.Part).Names;
        var encoder = new WindowEncoder(SyntheticDocument.MaxWords(Window), names);
        return LongEmbedRun.Measure(Passkey, Sources, [new(encoder, "none")], [tokens], [draw]).Single().Score;
    }
}
