using ML.Extensions.Encoders;

namespace ML.Extensions.Training;

/// <summary>Sequences as they go through the model: longest first, as many at once as a budget of tokens takes.</summary>
internal static class BatchParts
{
    /// <summary>Parts in order; together they hold each sequence once.</summary>
    public static List<BatchTexts> Of(IReadOnlyList<TrainingSequence> sequences, int tokensPerPass)
    {
        var order = Enumerable.Range(0, sequences.Count).OrderByDescending(i => sequences[i].Ids.Length).ToArray(); // stable
        var parts = new List<BatchTexts>();
        for (var at = 0; at < order.Length;)
        {
            var (end, tokens) = (at + 1, sequences[order[at]].Ids.Length);
            while (end < order.Length && tokens + sequences[order[end]].Ids.Length <= tokensPerPass)
                tokens += sequences[order[end++]].Ids.Length;
            parts.Add(Pack([.. order[at..end].Select(n => sequences[n])], order[at..end]));
            at = end;
        }

        return parts;
    }

    private static BatchTexts Pack(TrainingSequence[] sequences, int[] numbers)
    {
        var tokens = new PackedTokens([.. sequences.SelectMany(s => s.Ids)], [.. sequences.Select(s => s.Ids.Length)]);
        if (Array.Exists(sequences, s => s.Positions is not null))
            tokens = tokens with { Positions = [.. sequences.SelectMany(s => s.Positions ?? [.. Enumerable.Range(0, s.Ids.Length).Select(p => (float)p)])] };
        return new(numbers, tokens, Array.Exists(sequences, s => s.PooledFrom > 0) ? Array.ConvertAll(sequences, s => s.PooledFrom) : null);
    }
}
