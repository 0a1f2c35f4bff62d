namespace ML.Extensions.Generation;

/// <summary>The likeliest tokens that together reach P.</summary>
internal sealed record TopPStage(double P) : SamplingStage
{
    /// <inheritdoc/>
    public override void Apply(Candidates candidates)
    {
        candidates.Normalize();
        // Tokens below this share cannot make up 1 - P together, so the others reach P: no need to sort them all.
        candidates.KeepFrom(Math.Min((1 - P) / candidates.Count, candidates.Probabilities[candidates.Likeliest()]));
        candidates.Sort(i => -candidates.Probabilities[i]);
        candidates.KeepUpTo(P);
    }
}
