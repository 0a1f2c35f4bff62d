namespace ML.Extensions.Generation;

/// <summary>Speed and memory of a generator.</summary>
public sealed record TextGenerationCompute
{
    /// <summary>Number format of the matrix products. Weights in few bits of a GGUF file stay as they are.</summary>
    /// <value>Default: <see cref="Precision.Auto"/>.</value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Rows that are answered side by side; each has keys and values of its own in memory.</summary>
    /// <value>Default: 8.</value>
    public int RowsAtOnce
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(RowsAtOnce), value, "RowsAtOnce must be at least 1.");
    } = 8;

    /// <summary>Ends a long pass: the next token throws <see cref="OperationCanceledException"/>. Not saved.</summary>
    public CancellationToken CancellationToken { get; init; }
}
