namespace ML.Extensions.LongText;

/// <summary>Speed and memory of an embedder.</summary>
public sealed record LongTextCompute
{
    /// <summary>Number format of the matrix products.</summary>
    /// <value>Default: <see cref="Precision.Auto"/>.</value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Tokens of one forward pass, about; one long text may be more.</summary>
    /// <value>Default: 8,192.</value>
    public int TokensPerBatch
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(TokensPerBatch), value, "TokensPerBatch must be at least 1.");
    } = 8_192;

    /// <summary>Most rows read ahead, so that texts of like length share a pass. Row order is kept.</summary>
    /// <value>Default: 256.</value>
    public int LookAhead
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(LookAhead), value, "LookAhead must be at least 1.");
    } = 256;

    /// <summary>Ends a long pass: the next batch throws <see cref="OperationCanceledException"/>. Not saved.</summary>
    public CancellationToken CancellationToken { get; init; }
}
