namespace ML.Extensions.LongText;

/// <summary>Speed, memory and repeatability of training.</summary>
public sealed record LongTextTrainingCompute
{
    /// <summary>Number format of the products: Float32, BFloat16 or Auto. Weights, moments and losses are float32 in any case.</summary>
    /// <value>Default: <see cref="Precision.Auto"/>.</value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Tokens that go through the model at once. A step with more goes in parts, with the same gradient.</summary>
    /// <value>Default: 4,096.</value>
    public int TokensPerPass
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(TokensPerPass), value, "TokensPerPass must be at least 1.");
    } = 4_096;

    /// <summary>Computes each layer again in the backward pass instead of keeping it: a third more time, much less memory for long texts.</summary>
    /// <value>Default: false.</value>
    public bool RecomputeLayers { get; init; }

    /// <summary>Decides the order of rows and which words are hidden.</summary>
    /// <value>Default: 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>Folder for checkpoints. A Fit that was ended goes on there, with the same losses as if it had not been; null writes none.</summary>
    /// <value>Default: null.</value>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps from one checkpoint to the next, where these take less than ten minutes.</summary>
    /// <value>Default: 200.</value>
    public int CheckpointEvery
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(CheckpointEvery), value, "CheckpointEvery must be at least 1.");
    } = 200;

    /// <summary>Told of each step.</summary>
    public IProgress<LongTextTrainingProgress>? Progress { get; init; }

    /// <summary>Ends training between two steps by an <see cref="OperationCanceledException"/>; with a checkpoint folder a checkpoint is written first.</summary>
    public CancellationToken CancellationToken { get; init; }
}
