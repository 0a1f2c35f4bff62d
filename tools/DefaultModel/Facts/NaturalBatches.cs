using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.Training;

namespace ML.Extensions.DefaultModel.Facts;

/// <summary>
/// Batches of natural pairs: a heading and what stands under it, and a stretch of a document with what stands around it (the inverse cloze
/// task, arXiv 1906.00300).
/// </summary>
internal sealed class NaturalBatches(TwinTokens tokens, TrainingText text, int seed)
{
    private const int LongestQuery = 40, ShortestQuery = 10;

    private readonly TextDocument[] _documents = [.. text.Documents.Where(d => !d.HeldOut && d.Count >= 200)];

    /// <summary>The batch of a step.</summary>
    /// <param name="step">From 0 on.</param>
    /// <param name="pairs">How many.</param>
    public TrainingBatch Batch(long step, int pairs)
    {
        var random = Seeds.Random(seed, step);
        var made = Enumerable.Range(0, pairs).Select(_ => _documents.Length > 0 && random.Next(2) == 0 ? Cloze(random) : Headed(random)).ToArray();
        return new([[.. made.Select(p => p.Query)], [.. made.Select(p => p.Text)]]);
    }

    private (int[] Query, int[] Text) Headed(Random random)
    {
        var pair = text.Pairs[random.Next(text.Pairs.Count)];
        return (tokens.Query(text.Ids(pair.Heading, pair.HeadingCount)), tokens.Text(text.Ids(pair.Heading + pair.HeadingCount, Math.Min(pair.BodyCount, TextWindows.Longest - 2))));
    }

    private (int[] Query, int[] Text) Cloze(Random random)
    {
        var document = _documents[random.Next(_documents.Length)];
        var length = random.Next(ShortestQuery, LongestQuery + 1);
        var window = Math.Min(document.Count, random.Next(100, TextWindows.Longest - 1 + length));
        var start = document.Start + random.Next(document.Count - window + 1);
        var at = random.Next(window - length + 1);
        var ids = text.Ids(start, window);
        return (tokens.Query(ids[at..(at + length)]), tokens.Text([.. ids[..at], .. ids[(at + length)..]]));
    }
}
