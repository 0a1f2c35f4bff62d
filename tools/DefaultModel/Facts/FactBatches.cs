using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.Training;

namespace ML.Extensions.DefaultModel.Facts;

/// <summary>
/// Batches of the contrastive stage. Each is a group of 10 to 40 texts that share one filler and differ only in a fact and its place, at any
/// depth; the questions find their facts. Half of the fillers are invented, half are stretches of the training text.
/// </summary>
internal sealed class FactBatches(TwinTokens tokens, TrainingText text, int seed)
{
    private const int Shortest = 64, Fewest = 10, Most = 40, LongestFact = 64;

    private readonly TextWindows _windows = new(text, tokens, heldOut: false, seed);

    /// <summary>The batch of a step: questions and texts.</summary>
    /// <param name="step">From 0 on.</param>
    /// <param name="budget">About how many tokens the texts have together; groups of the longest texts have more.</param>
    public TrainingBatch Batch(long step, int budget)
    {
        var random = Seeds.Random(seed, step);
        var length = random.Next(Shortest, TextWindows.Longest + 1);
        var facts = FactMaker.Group(Math.Clamp(budget / length, Fewest, Most), random);
        var sentences = random.Next(2) == 0 ? Invented(random, length) : Real(random, length);
        return new([
            [.. facts.Select(f => tokens.Query(tokens.Bare(f.Question)))],
            [.. facts.Select(f => Hide(tokens.Bare(f.Text), sentences, length, random))],
        ]);
    }

    /// <summary>A text of about a length that hides a fact.</summary>
    public int[] Text(Fact fact, int length, Random random) =>
        Hide(tokens.Bare(fact.Text), random.Next(2) == 0 ? Invented(random, length) : Real(random, length), length, random);

    /// <summary>The filler up to the length, with the fact at a random sentence boundary.</summary>
    private int[] Hide(int[] fact, List<int[]> sentences, int length, Random random)
    {
        if (fact.Length > LongestFact)
            fact = fact[..LongestFact];
        var room = length - 2 - fact.Length;
        var fitting = 0;
        for (var left = room; fitting < sentences.Count && (left -= sentences[fitting].Length) >= 0;)
            fitting++;
        var place = random.Next(fitting + 1);
        return [tokens.First, .. sentences.Take(place).SelectMany(s => s), .. fact, .. sentences.Skip(place).Take(fitting - place).SelectMany(s => s), tokens.Last];
    }

    private List<int[]> Invented(Random random, int length)
    {
        var some = InventedFiller.Sentences(random).Select(tokens.Bare).ToArray();
        var sentences = new List<int[]>();
        for (var filled = 0; filled < length; filled += sentences[^1].Length)
            sentences.Add(some[sentences.Count % some.Length]);
        return sentences;
    }

    /// <summary>A stretch of the training text, cut behind full stops; a long stretch without any is cut anywhere.</summary>
    private List<int[]> Real(Random random, int length)
    {
        var stop = tokens.Bare(".")[0];
        var window = _windows.Window(length, asQuery: false, random)[1..^1];
        var sentences = new List<int[]>();
        for (int from = 0, at = 0; at < window.Length; at++)
        {
            if (window[at] != stop && at - from < LongestFact && at != window.Length - 1)
                continue;
            sentences.Add(window[from..(at + 1)]);
            from = at + 1;
        }

        return sentences;
    }
}
