using ML.Extensions.Generation;
using ML.Extensions.Tests.Conformance;

namespace ML.Extensions.Tests.Generation;

/// <summary>Draws follow the oracle's distribution.</summary>
[TestClass]
public sealed class TokenSamplerTest
{
    private const int Vocabulary = 40, Draws = 20_000;

    public static IEnumerable<SamplingOptions> Options =>
    [
        new() { Temperature = 1 },
        new() { Temperature = 0.6 },
        new() { Temperature = 2.5, TopK = 7 },
        new() { Temperature = 1, TopP = 0.8 },
        new() { Temperature = 1, TopP = 0.01 },
        new() { Temperature = 1, MinP = 0.2 },
        new() { Temperature = 1, TypicalP = 0.5 },
        new() { Temperature = 1.5, TopK = 20, TypicalP = 0.95, TopP = 0.9, MinP = 0.05 },
        new() { Temperature = 1.5, TopK = 20, TypicalP = 0.95, TopP = 0.9, MinP = 0.05, TemperatureFirst = true },
        new() { Temperature = 1, RepetitionPenalty = 1.7 },
        new() { Temperature = 1, FrequencyPenalty = 0.5, PresencePenalty = 0.8 },
        new() { Temperature = 0.9, TopP = 0.95, RepetitionPenalty = 1.1, FrequencyPenalty = -0.2, Seed = 12 },
    ];

    [TestMethod]
    [DynamicData(nameof(Options))]
    public void Next_DrawsFromTheOraclesDistribution(SamplingOptions options)
    {
        var logits = Logits(1);
        int[] prompt = [3, 5, 5], answer = [7, 5, 7, 7];
        var expected = SamplingOracle.Distribution(logits, prompt, answer, options);
        var counts = new int[Vocabulary];
        for (var seed = 0; seed < Draws; seed++)
            counts[After(options with { Seed = seed }, prompt, answer).Next(logits).Id]++;
        for (var id = 0; id < Vocabulary; id++)
            Assert.IsFalse(expected[id] == 0 && counts[id] > 0, $"token {id} cannot be drawn, and was {counts[id]} times");
        // Chi-square over tokens that are expected at least 5 times; 6 standard deviations above its mean.
        var classes = Enumerable.Range(0, Vocabulary).Where(id => expected[id] * Draws >= 5).ToArray();
        var chi = classes.Sum(id => Math.Pow(counts[id] - (expected[id] * Draws), 2) / (expected[id] * Draws));
        Assert.IsLessThan(classes.Length + (6 * Math.Sqrt(2 * classes.Length)), chi, options.ToString());
    }

    [TestMethod]
    public void Next_DrawsOneSequenceEvenly()
    {
        var logits = Logits(2);
        var options = new SamplingOptions { Temperature = 1, Seed = 5 };
        var expected = SamplingOracle.Distribution(logits, [], [], options);
        var (sampler, counts) = (new TokenSampler(options, []), new int[Vocabulary]);
        for (var n = 0; n < Draws; n++)
            counts[sampler.Next(logits).Id]++;
        var chi = Enumerable.Range(0, Vocabulary).Where(id => expected[id] * Draws >= 5)
            .Sum(id => Math.Pow(counts[id] - (expected[id] * Draws), 2) / (expected[id] * Draws));
        Assert.IsLessThan(Vocabulary + (6 * Math.Sqrt(2 * Vocabulary)), chi);
    }

    [TestMethod]
    public void Next_IsGreedyAtTemperatureZero()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var logits = Logits(seed);
            var options = new SamplingOptions { RepetitionPenalty = 1.3, PresencePenalty = 0.4, TopK = 3 };
            var expected = SamplingOracle.Distribution(logits, [1, 2], [8, 8], options);
            Assert.AreEqual(Array.IndexOf(expected, 1.0), After(options, [1, 2], [8, 8]).Next(logits).Id);
        }

        Assert.AreEqual(1, new TokenSampler(new(), []).Next([0, 2, 2, 1]).Id, "of equal ones the lowest id");
        Assert.AreEqual(1, new TokenSampler(new() { Temperature = 1, TopK = 1 }, []).Next([0, 2, 2, 1]).Id, "of equal ones the lowest id");
    }

    [TestMethod]
    public void Next_NotesLogProbabilities()
    {
        var logits = Logits(4);
        var p = SamplingOracle.Softmax([.. logits.Select(l => (double)l)]);
        var choice = new TokenSampler(new() { Temperature = 3, RepetitionPenalty = 2, Seed = 9 }, [1, 2, 3], likeliest: 5).Next(logits);
        Assert.AreEqual(Math.Log(p[choice.Id]), choice.LogProbability, 1e-5);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, Vocabulary).OrderByDescending(i => p[i]).Take(5).ToArray(), choice.Likeliest.Select(t => t.Id).ToArray());
        foreach (var token in choice.Likeliest)
            Assert.AreEqual(Math.Log(p[token.Id]), token.LogProbability, 1e-5);
        Assert.IsTrue(float.IsNaN(new TokenSampler(new(), []).Next(logits).LogProbability));
    }

    [TestMethod]
    public void Next_FollowsTheSeed()
    {
        var logits = Logits(6);
        int[] Sequence(int seed)
        {
            var sampler = new TokenSampler(new() { Temperature = 1, Seed = seed }, []);
            return [.. Enumerable.Range(0, 20).Select(_ => sampler.Next(logits).Id)];
        }

        CollectionAssert.AreEqual(Sequence(3), Sequence(3));
        CollectionAssert.AreNotEqual(Sequence(3), Sequence(4));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Next_RefusesBrokenLogits(float broken)
    {
        var logits = Logits(7);
        logits[11] = broken;
        Assert.Contains("token 11", Assert.ThrowsExactly<InvalidDataException>(() => new TokenSampler(new(), []).Next(logits)).Message);
        Assert.ThrowsExactly<InvalidDataException>(() => new TokenSampler(new(), []).Next([float.NegativeInfinity, float.NegativeInfinity]));
        Assert.AreEqual(1, new TokenSampler(new() { Temperature = 1, TopP = 0.9, TypicalP = 0.9 }, []).Next([float.NegativeInfinity, -3, float.NegativeInfinity]).Id);
    }

    [TestMethod]
    public void Options_RefuseWhatMakesNoSense()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { Temperature = -1 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { Temperature = double.NaN });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { TopK = 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { TopP = 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { MinP = 1.5 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { TypicalP = -1 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { RepetitionPenalty = 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SamplingOptions { FrequencyPenalty = double.NaN });
    }

    /// <summary>A sampler that believes it has chosen an answer so far.</summary>
    private static TokenSampler After(SamplingOptions options, int[] prompt, int[] answer)
    {
        var sampler = new TokenSampler(options, prompt);
        foreach (var id in answer)
        {
            var sure = Enumerable.Repeat(-1000f, Vocabulary).ToArray();
            sure[id] = 1000;
            Assert.AreEqual(id, sampler.Next(sure).Id);
        }

        return sampler;
    }

    private static float[] Logits(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)((random.NextDouble() * 8) - 4))];
    }
}
