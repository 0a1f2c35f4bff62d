using ML.Extensions.Encoders;

namespace ML.Extensions.Training;

/// <summary>Texts of a batch as they go through the model: longest first, as many at once as a budget of tokens takes.</summary>
internal static class BatchParts
{
    /// <summary>Parts in order; together they hold each text once.</summary>
    public static List<BatchTexts> Of(TrainingBatch batch, int tokensPerPass)
    {
        var texts = batch.Texts;
        var order = Enumerable.Range(0, texts.Count).OrderByDescending(i => texts[i].Length).ToArray(); // stable
        var parts = new List<BatchTexts>();
        for (var at = 0; at < order.Length;)
        {
            var (end, tokens) = (at + 1, texts[order[at]].Length);
            while (end < order.Length && tokens + texts[order[end]].Length <= tokensPerPass)
                tokens += texts[order[end++]].Length;
            parts.Add(Pack(batch, texts, order[at..end]));
            at = end;
        }

        return parts;
    }

    private static BatchTexts Pack(TrainingBatch batch, IReadOnlyList<int[]> texts, int[] numbers)
    {
        var tokens = new PackedTokens([.. numbers.SelectMany(n => texts[n])], [.. numbers.Select(n => texts[n].Length)]);
        if (batch.Positions is { } positions && numbers.Any(n => positions[n] is not null))
            tokens = tokens with { Positions = [.. numbers.SelectMany(n => positions[n] ?? [.. Enumerable.Range(0, texts[n].Length).Select(p => (float)p)])] };
        return new(numbers, tokens, batch.PooledFrom is { } from ? Array.ConvertAll(numbers, n => from[n]) : null);
    }
}
