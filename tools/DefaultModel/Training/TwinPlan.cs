namespace ML.Extensions.DefaultModel.Training;

/// <summary>Budget and rates of one stage.</summary>
internal sealed record TwinPlan
{
    /// <summary>Folder of the checkpoints.</summary>
    public required string Folder { get; init; }

    /// <summary>Steps in all, where the budget is tokens.</summary>
    public long Steps { get; init; }

    /// <summary>Minutes from now, where the budget is time.</summary>
    public double? Minutes { get; init; }

    /// <summary>About how many tokens a step has.</summary>
    public int TokensPerStep { get; init; } = 2_048;

    /// <summary>Speed before anything was measured, for a budget of minutes.</summary>
    public double GuessedTokensPerSecond { get; init; } = 1_000;

    /// <summary>Peak of the learning rate.</summary>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>Steps of warm-up.</summary>
    public int WarmUp { get; init; } = 40;

    /// <summary>Tokens through the network at once.</summary>
    public int TokensPerPass { get; init; } = 4_096;

    /// <summary>Steps from one checkpoint to the next.</summary>
    public long CheckpointEvery { get; init; } = 100;

    /// <summary>Steps from one line of the log to the next.</summary>
    public long ReportEvery { get; init; } = 20;

    /// <summary>Time after which a budget of minutes is turned into steps anew.</summary>
    public TimeSpan Replan { get; init; } = TimeSpan.FromMinutes(3);
}
