using ML.Extensions.LongText;
using ML.Extensions.Transformers;

namespace ML.Extensions.Training;

/// <summary>Other positions in a BERT's configuration, whose weights are random afterwards: <see cref="RandomStart"/> follows.</summary>
/// <param name="Positions">The positions.</param>
internal sealed record ScratchPositions(TextPositions Positions) : ModelChange
{
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The model is no BERT.</exception>
    public override TrainingStart Apply(TrainingStart start)
    {
        var name = start.Checkpoint.Name;
        var type = new ModelConfig(start.Config, name).Text("model_type", "");
        return type == "bert" ? start with { Config = Positions.Write(start.Config) } : throw new NotSupportedException(
            $"{name}: config.json's model_type is '{type}'; positions can be chosen for a BERT from scratch (model_type bert).");
    }
}
