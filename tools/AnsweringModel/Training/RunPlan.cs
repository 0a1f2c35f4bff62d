namespace ML.Extensions.AnsweringModel.Training;

/// <summary>Budget and rates of the training.</summary>
internal sealed record RunPlan
{
    /// <summary>Folder of the checkpoints.</summary>
    public required string Folder { get; init; }

    /// <summary>Steps in all, where the budget is steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Minutes from now, where the budget is time.</summary>
    public double? Minutes { get; init; }

    /// <summary>Peak of the learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of warm-up.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>Tokens through the network at once.</summary>
    public int TokensPerPass { get; init; } = 4_096;

    /// <summary>Steps from one checkpoint to the next.</summary>
    public long CheckpointEvery { get; init; } = 50;

    /// <summary>Steps from one line of the log to the next.</summary>
    public long ReportEvery { get; init; } = 10;

    /// <summary>Steps from one validation to the next.</summary>
    public long ValidateEvery { get; init; } = 200;

    /// <summary>Time after which a budget of minutes is turned into steps anew.</summary>
    public TimeSpan Replan { get; init; } = TimeSpan.FromMinutes(2);
}
