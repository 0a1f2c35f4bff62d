using ML.Extensions.LongText;

namespace ML.Extensions.GraphKv;

/// <summary>How <c>TrainGraphKvAnswerer</c> trains.</summary>
public sealed record GraphKvTrainingOptions
{
    /// <summary>
    /// Options of the transformer that comes out. Training begins with its model, and lays rows out by its prompt and limits.
    /// </summary>
    public required GraphKvAnswerOptions Answering { get; init; }

    /// <summary>Folder that gets the trained adapter in PEFT's layout, or, with <see cref="Lora"/> null, the whole model.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Plans under each of which each row is learned, so that one model serves all of them.</summary>
    /// <value>Default: Sequential, BlockAttention, and Graph with the 3 best segments as sources.</value>
    public IReadOnlyList<GraphKvPlan> Plans { get; init; } = [GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, GraphKvPlan.TopSources(3)];

    /// <summary>Low-rank matrices to train; null trains all weights.</summary>
    /// <value>Default: rank 8 beside all products.</value>
    public LoraOptions? Lora { get; init; } = new();

    /// <summary>Times that all rows are seen under all plans.</summary>
    /// <value>Default: 1.</value>
    public double Epochs
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Epochs), value, "Epochs must be above 0.");
    } = 1;

    /// <summary>Rows of a step; a row under two plans counts twice.</summary>
    /// <value>Default: 8.</value>
    public int RowsPerStep
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(RowsPerStep), value, "RowsPerStep must be at least 1.");
    } = 8;

    /// <summary>Learning rate and its course.</summary>
    /// <value>Default: 2e-4, and else as for embedding models.</value>
    public LongTextTrainingSchedule Schedule { get; init; } = new() { LearningRate = 2e-4 };

    /// <summary>
    /// Rows that are not trained on, and when they end training; null trains to the end. The metric: the negative of the answers' mean loss,
    /// over all rows under all plans.
    /// </summary>
    /// <value>Default: null.</value>
    public LongTextTrainingValidation? Validation { get; init; }

    /// <summary>Precision, memory, seed, checkpoints, progress, cancellation.</summary>
    public LongTextTrainingCompute Compute { get; init; } = new();
}
