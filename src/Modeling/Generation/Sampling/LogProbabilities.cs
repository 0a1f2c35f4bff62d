namespace ML.Extensions.Generation;

/// <summary>Log-probabilities of a network's whole distribution.</summary>
internal static class LogProbabilities
{
    /// <summary>ln Σ exp(logit), and the likeliest tokens, best first, of equal ones lower ids first.</summary>
    /// <param name="all">Every token of the vocabulary.</param>
    /// <param name="count">How many of the likeliest.</param>
    public static (double LogSum, TokenScore[] Likeliest) Of(Candidates all, int count)
    {
        var (best, sum) = (all.Logits[all.Likeliest()], 0.0);
        for (var i = 0; i < all.Count; i++)
            sum += Math.Exp(all.Logits[i] - best);
        var logSum = best + Math.Log(sum);
        return (logSum, count == 0 ? [] : Top(all, count, logSum));
    }

    private static TokenScore[] Top(Candidates all, int count, double logSum)
    {
        var queue = new PriorityQueue<int, (double Logit, int Id)>(count + 1);
        for (var i = 0; i < all.Count; i++)
        {
            if (queue.Count < count)
                queue.Enqueue(i, (all.Logits[i], -all.Ids[i]));
            else
                queue.EnqueueDequeue(i, (all.Logits[i], -all.Ids[i]));
        }

        var top = new TokenScore[queue.Count];
        for (var n = top.Length - 1; n >= 0; n--)
        {
            var i = queue.Dequeue();
            top[n] = new(all.Ids[i], (float)(all.Logits[i] - logSum));
        }

        return top;
    }
}
