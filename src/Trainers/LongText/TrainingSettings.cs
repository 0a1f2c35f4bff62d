using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>From the public options to the run's.</summary>
internal static class TrainingSettings
{
    /// <summary>The run's options for a number of steps.</summary>
    public static EmbeddingTrainingOptions Of(LongTextTrainingOptions options, long steps) => Of(options.Schedule, options.Compute, steps);

    /// <summary>The same of its two parts.</summary>
    public static EmbeddingTrainingOptions Of(LongTextTrainingSchedule schedule, LongTextTrainingCompute compute, long steps) => new()
    {
        Steps = steps,
        LearningRate = new(schedule.LearningRate, (long)Math.Round(steps * schedule.WarmUp), schedule.Decay switch
        {
            LearningRateDecay.Linear => DecayShape.Linear,
            LearningRateDecay.None => DecayShape.None,
            _ => DecayShape.Cosine,
        }),
        AdamW = new() { WeightDecay = schedule.WeightDecay },
        ClipNorm = schedule.ClipNorm,
        Seed = compute.Seed,
        TokensPerPass = compute.TokensPerPass,
        CheckpointFolder = compute.CheckpointFolder,
        CheckpointEvery = compute.CheckpointEvery,
    };
}
