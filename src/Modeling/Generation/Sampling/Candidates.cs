namespace ML.Extensions.Generation;

/// <summary>Tokens that may still be chosen, with their logits. Its memory is used again for each token of a sequence.</summary>
/// <param name="vocabulary">Number of ids.</param>
internal sealed class Candidates(int vocabulary)
{
    /// <summary>Ids; the first <see cref="Count"/> count.</summary>
    public int[] Ids { get; } = new int[vocabulary];

    /// <summary>Their logits.</summary>
    public double[] Logits { get; } = new double[vocabulary];

    /// <summary>Their probabilities, once <see cref="Normalize"/> was called.</summary>
    public double[] Probabilities { get; } = new double[vocabulary];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Takes all tokens.</summary>
    /// <exception cref="InvalidDataException">A logit is not a number, or infinitely large.</exception>
    public void Fill(ReadOnlySpan<float> logits)
    {
        Count = logits.Length;
        for (var i = 0; i < Count; i++)
            (Ids[i], Logits[i]) = (i, logits[i] < float.PositiveInfinity ? logits[i] : throw NotFinite(i, logits[i]));
        if (Logits[Likeliest()] is double.NegativeInfinity)
            throw NotFinite(0, logits[0]);
    }

    /// <summary>Makes probabilities of the logits; they add up to 1.</summary>
    public void Normalize()
    {
        var (best, sum) = (Logits[Likeliest()], 0.0);
        for (var i = 0; i < Count; i++)
            sum += Probabilities[i] = Math.Exp(Logits[i] - best);
        for (var i = 0; i < Count; i++)
            Probabilities[i] /= sum;
    }

    /// <summary>Place of the largest logit; of equal ones the one with the lowest id.</summary>
    public int Likeliest()
    {
        var best = 0;
        for (var i = 1; i < Count; i++)
            if (Logits[i] > Logits[best] || (Logits[i] == Logits[best] && Ids[i] < Ids[best]))
                best = i;
        return best;
    }

    /// <summary>Keeps candidates whose probability is at least this one; order stays.</summary>
    public void KeepFrom(double probability)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
            if (Probabilities[i] >= probability)
                Move(i, kept++);
        Count = kept;
    }

    /// <summary>Keeps the candidates at some places, given in rising order.</summary>
    public void Pick(ReadOnlySpan<int> places)
    {
        for (var i = 0; i < places.Length; i++)
            Move(places[i], i);
        Count = places.Length;
    }

    /// <summary>Sorts by a key, smallest first; of equal keys lower ids first.</summary>
    public void Sort(Func<int, double> key)
    {
        var order = new (double Key, int Id, int Place)[Count];
        for (var i = 0; i < Count; i++)
            order[i] = (key(i), Ids[i], i);
        Array.Sort(order);
        var (logits, probabilities) = (Logits.AsSpan(0, Count).ToArray(), Probabilities.AsSpan(0, Count).ToArray());
        for (var i = 0; i < Count; i++)
            (Ids[i], Logits[i], Probabilities[i]) = (order[i].Id, logits[order[i].Place], probabilities[order[i].Place]);
    }

    /// <summary>Keeps the first ones.</summary>
    public void Keep(int count) => Count = Math.Min(Count, count);

    /// <summary>Keeps the first ones that together reach a probability; at least one.</summary>
    public void KeepUpTo(double probability)
    {
        var (sum, kept) = (0.0, 0);
        while (kept < Count && sum < probability)
            sum += Probabilities[kept++];
        Count = Math.Max(kept, 1);
    }

    private static InvalidDataException NotFinite(int id, float logit) => new(string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"The network's logit of token {id} is {logit}: its weights are damaged, or the precision is too low for it."));

    private void Move(int from, int to) =>
        (Ids[to], Logits[to], Probabilities[to]) = (Ids[from], Logits[from], Probabilities[from]);
}
