namespace ML.Extensions.Training;

/// <summary>How a training run goes.</summary>
internal sealed record EmbeddingTrainingOptions
{
    /// <summary>Steps in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Learning rate by step.</summary>
    public LearningRate LearningRate { get; init; } = new(2e-5);

    /// <summary>The optimizer's constants.</summary>
    public AdamWSettings AdamW { get; init; } = new();

    /// <summary>Longest gradient; a longer one is cut to this. 0 cuts none.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Decides what chance decides in the run itself: which tokens are masked. Streams have seeds of their own.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Tokens that go through the model at once. A batch with more goes in parts, with the same gradient; one text may have more.</summary>
    public int TokensPerPass { get; init; } = 8_192;

    /// <summary>Folder for checkpoints, from which an interrupted run goes on; null writes none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Names what the run learns from and how. A checkpoint of another run is refused; null compares nothing.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Steps from one checkpoint to the next, where these take less than ten minutes.</summary>
    public long CheckpointEvery { get; init; } = 200;

    /// <summary>Told of each step, on the thread that trains.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>Gives a metric of the model as it is, higher is better; the best weights are kept. Null trains to the end.</summary>
    public Func<double>? Validate { get; init; }

    /// <summary>Steps from one validation to the next.</summary>
    public long ValidateEvery { get; init; } = 100;

    /// <summary>Validations without a better metric after which training stops.</summary>
    public int Patience { get; init; } = 3;
}
