namespace ML.Extensions.TrainingRuns;

/// <summary>Budget and rates of a <see cref="BudgetedRun"/>.</summary>
internal sealed record RunPlan
{
    /// <summary>Folder of the checkpoints.</summary>
    public required string Folder { get; init; }

    /// <summary>Steps in all, where the budget is no time.</summary>
    public required long Steps { get; init; }

    /// <summary>Minutes from now, where the budget is time.</summary>
    public double? Minutes { get; init; }

    /// <summary>About how many tokens a step has.</summary>
    public required int TokensPerStep { get; init; }

    /// <summary>Speed before anything was measured, for a budget of minutes.</summary>
    public double GuessedTokensPerSecond { get; init; } = 1_000;

    /// <summary>Peak of the learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of warm-up.</summary>
    public int WarmUp { get; init; } = 40;

    /// <summary>Part of the peak that the learning rate falls to.</summary>
    public double Floor { get; init; }

    /// <summary>AdamW's memory of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Tokens through the network at once.</summary>
    public int TokensPerPass { get; init; } = 4_096;

    /// <summary>Steps from one checkpoint to the next.</summary>
    public long CheckpointEvery { get; init; } = 100;

    /// <summary>Steps from one line of the log to the next.</summary>
    public long ReportEvery { get; init; } = 20;

    /// <summary>Steps from one examination to the next.</summary>
    public long ExamineEvery { get; init; } = 200;

    /// <summary>Time after which a budget of minutes is turned into steps anew.</summary>
    public TimeSpan Replan { get; init; } = TimeSpan.FromMinutes(3);
}
