using ML.Extensions.Devices;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>Opens the model that training begins with.</summary>
internal static class TrainingModel
{
    /// <summary>Opens it, changed and frozen as the options say.</summary>
    public static TrainableEncoder Open(LongTextTrainingOptions options, ComputeDevice device)
    {
        var settings = new TrainableEncoderSettings
        {
            Precision = options.Compute.Precision, Device = device, RecomputeLayers = options.Compute.RecomputeLayers,
            Change = Change(options), Lora = options.Lora?.Settings(options.Compute.Seed), Adapter = options.Lora?.Start, Pooling = options.Embedding.Pooling,
        };
        var encoder = options.Start is { } start ? start.OpenForTraining(settings) : TrainableEncoder.Open(options.Model, settings);
        try
        {
            if (Positions(options) is { } tuning)
                tuning.Freeze(encoder);
            else
                Freeze(encoder, options.Change.Frozen);
            return encoder;
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>The tuning of positions that the options ask for, or null.</summary>
    /// <exception cref="ArgumentException">They ask for another change, too.</exception>
    public static PositionTuning? Positions(LongTextTrainingOptions options)
    {
        if (options.Change.NewPositions is not { } asked)
            return null;
        return options.Change is { RotaryBase: null, RandomWeights: false, Positions: null, Frozen.Count: 0 }
            ? new(asked.Window, asked.Start == NewPositionStart.Interpolated)
            : throw new ArgumentException("Change.NewPositions trains the new rows of the table of positions alone; RotaryBase, RandomWeights, Positions and Frozen must not be set beside it.");
    }

    private static ModelChange Change(LongTextTrainingOptions options)
    {
        if (Positions(options) is { } tuning)
            return tuning;
        if (options.Change is { Positions: not null } and not { RandomWeights: true, RotaryBase: null })
            throw new ArgumentException("Change.Positions is for a model from scratch: set RandomWeights, and not RotaryBase. A trained model gets rotary positions by RotaryBase.");
        var change = options.Change.Positions is { } positions ? new ScratchPositions(positions)
            : options.Change.RotaryBase is { } rotary ? new RotaryBase(rotary) : ModelChange.None;
        return options.Change.RandomWeights ? change.Then(new RandomStart(options.Compute.Seed)) : change;
    }

    private static void Freeze(TrainableEncoder encoder, IReadOnlyList<string> patterns)
    {
        static bool Matches(string pattern, string name) => pattern.EndsWith('*')
            ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == name;
        var names = encoder.Parameters.SelectMany(p => p.Origin.Parts).Select(p => p.Name).ToArray();
        if (patterns.FirstOrDefault(p => !names.Any(n => Matches(p, n))) is { } wrong)
            throw new ArgumentException($"Change.Frozen holds '{wrong}', which no weight of the model is called. It has: {string.Join(", ", names.Take(8))}, …");
        encoder.Freeze(name => patterns.Any(p => Matches(p, name)));
        if (encoder.Parameters.All(p => p.Ranges.Count == 0))
            throw new ArgumentException("Change.Frozen leaves no weight to be trained.");
    }
}
