namespace ML.Extensions.Generation;

/// <summary>Tokens with at least this share of the likeliest one's probability.</summary>
internal sealed record MinPStage(double Share) : SamplingStage
{
    /// <inheritdoc/>
    public override void Apply(Candidates candidates)
    {
        candidates.Normalize();
        candidates.KeepFrom(Share * candidates.Probabilities[candidates.Likeliest()]);
    }
}
