namespace ML.Extensions.Generation;

/// <summary>Tokens whose information -ln p is nearest to the entropy, as many as together reach P.</summary>
internal sealed record TypicalStage(double P) : SamplingStage
{
    /// <inheritdoc/>
    public override void Apply(Candidates candidates)
    {
        candidates.Normalize();
        var entropy = 0.0;
        for (var i = 0; i < candidates.Count; i++)
            entropy -= candidates.Probabilities[i] > 0 ? candidates.Probabilities[i] * Math.Log(candidates.Probabilities[i]) : 0;
        candidates.Sort(i => Math.Abs(entropy + Math.Log(candidates.Probabilities[i])));
        candidates.KeepUpTo(P);
    }
}
