using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>From the public options to the run's.</summary>
internal static class TrainingSettings
{
    /// <summary>The run's options for a number of steps.</summary>
    public static EmbeddingTrainingOptions Of(LongTextTrainingOptions options, long steps) => new()
    {
        Steps = steps,
        LearningRate = new(options.Schedule.LearningRate, (long)Math.Round(steps * options.Schedule.WarmUp), options.Schedule.Decay switch
        {
            LearningRateDecay.Linear => DecayShape.Linear,
            LearningRateDecay.None => DecayShape.None,
            _ => DecayShape.Cosine,
        }),
        AdamW = new() { WeightDecay = options.Schedule.WeightDecay },
        ClipNorm = options.Schedule.ClipNorm,
        Seed = options.Compute.Seed,
        TokensPerPass = options.Compute.TokensPerPass,
        CheckpointFolder = options.Compute.CheckpointFolder,
        CheckpointEvery = options.Compute.CheckpointEvery,
    };
}
