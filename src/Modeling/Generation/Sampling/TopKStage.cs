namespace ML.Extensions.Generation;

/// <summary>The k largest logits; of equal ones those with lower ids.</summary>
internal sealed record TopKStage(int K) : SamplingStage
{
    /// <inheritdoc/>
    public override void Apply(Candidates candidates)
    {
        if (K >= candidates.Count)
            return;
        var best = new PriorityQueue<int, (double Logit, int Id)>(K + 1); // the worst of the best comes out first
        for (var i = 0; i < candidates.Count; i++)
        {
            var priority = (candidates.Logits[i], -candidates.Ids[i]);
            if (best.Count < K)
                best.Enqueue(i, priority);
            else
                best.EnqueueDequeue(i, priority);
        }

        var places = best.UnorderedItems.Select(e => e.Element).Order().ToArray();
        candidates.Pick(places);
    }
}
