using ML.Extensions.Transformers;

namespace ML.Extensions.Training;

/// <summary>
/// Another rotary base. A BERT with a table of positions becomes its <see cref="RotaryTwin"/>; a rotary model keeps its weights and turns more
/// slowly, to be trained on (ABF, arXiv 2309.16039).
/// </summary>
/// <param name="Base">Rotary base b.</param>
internal sealed record RotaryBase(double Base) : ModelChange
{
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model's positions are neither a BERT's table nor rotary with one base.</exception>
    public override TrainingStart Apply(TrainingStart start)
    {
        var name = start.Checkpoint.Name;
        var config = new ModelConfig(start.Config, name);
        if (config.Text("model_type", "") == "bert" && config.Text("position_embedding_type", "absolute") == "absolute")
            return new RotaryTwin(Base).Apply(start);
        var spec = TrainableFamilies.Read(start.Config, name);
        var bases = spec.Blocks.Select(b => (b.Attention.Positions as PositionEncoding.Rotary)?.Config.Base).Distinct().ToArray();
        if (bases is not [not null] || start.Config.TryGetProperty("rope_parameters", out _))
            throw new NotSupportedException($"{name}: the {spec.Family} network has no rotary positions with one base under rope_theta, so the base cannot be changed.");
        return start with { Config = start.With(("rope_theta", Base)) };
    }
}
