namespace ML.Extensions.Generation;

/// <summary>Divides logits by a temperature.</summary>
internal sealed record TemperatureStage(double Temperature) : SamplingStage
{
    /// <inheritdoc/>
    public override void Apply(Candidates candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
            candidates.Logits[i] /= Temperature;
    }
}
