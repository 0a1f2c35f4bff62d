using ML.Extensions.Generation;

namespace ML.Extensions.Tests.Conformance;

/// <summary>The distribution that a token is drawn from, in plain doubles over the whole vocabulary: every choice sorts everything.</summary>
internal static class SamplingOracle
{
    /// <summary>Probabilities by id.</summary>
    /// <param name="logits">The network's.</param>
    /// <param name="prompt">Ids of the prompt.</param>
    /// <param name="answer">Ids of the answer so far.</param>
    /// <param name="o">Options; a temperature of 0 is a single likeliest token.</param>
    public static double[] Distribution(float[] logits, int[] prompt, int[] answer, SamplingOptions o)
    {
        var x = logits.Select(l => (double)l).ToArray();
        for (var id = 0; id < x.Length; id++)
        {
            if (prompt.Contains(id) || answer.Contains(id))
                x[id] = x[id] > 0 ? x[id] / o.RepetitionPenalty : x[id] * o.RepetitionPenalty;
            var times = answer.Count(a => a == id);
            x[id] -= (times * o.FrequencyPenalty) + (times > 0 ? o.PresencePenalty : 0);
        }

        if (o.Temperature == 0)
        {
            var best = Array.IndexOf(x, x.Max());
            return [.. x.Select((_, i) => i == best ? 1.0 : 0.0)];
        }

        if (o.TemperatureFirst)
            x = [.. x.Select(v => v / o.Temperature)];
        if (o.TopK is { } k)
            Only(x, Ordered(x, id => -x[id]).Take(k));
        if (o.TypicalP is { } typical)
        {
            var p = Softmax(x);
            var entropy = -p.Where(v => v > 0).Sum(v => v * Math.Log(v));
            Only(x, Reaching(p, typical, Ordered(x, id => Math.Abs(-Math.Log(p[id]) - entropy))));
        }

        if (o.TopP is { } top)
        {
            var p = Softmax(x);
            Only(x, Reaching(p, top, Ordered(x, id => -p[id])));
        }

        if (o.MinP is { } share)
        {
            var p = Softmax(x);
            Only(x, Enumerable.Range(0, x.Length).Where(id => p[id] >= share * p.Max()));
        }

        return Softmax(o.TemperatureFirst ? x : [.. x.Select(v => v / o.Temperature)]);
    }

    /// <summary>Probabilities of logits.</summary>
    public static double[] Softmax(double[] x)
    {
        var sum = x.Sum(v => Math.Exp(v - x.Max()));
        return [.. x.Select(v => Math.Exp(v - x.Max()) / sum)];
    }

    private static int[] Ordered(double[] x, Func<int, double> key) =>
        Enumerable.Range(0, x.Length).Where(id => !double.IsNegativeInfinity(x[id])).OrderBy(key).ThenBy(id => id).ToArray();

    private static IEnumerable<int> Reaching(double[] p, double wanted, IEnumerable<int> order)
    {
        var sum = 0.0;
        foreach (var id in order)
        {
            yield return id;
            if ((sum += p[id]) >= wanted)
                yield break;
        }
    }

    private static void Only(double[] x, IEnumerable<int> kept)
    {
        var set = kept.ToHashSet();
        for (var id = 0; id < x.Length; id++)
            if (!set.Contains(id))
                x[id] = double.NegativeInfinity;
    }
}
