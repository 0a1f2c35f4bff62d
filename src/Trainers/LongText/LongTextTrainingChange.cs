namespace ML.Extensions.LongText;

/// <summary>What becomes of a model before it is trained, and which of its weights stay.</summary>
public sealed record LongTextTrainingChange
{
    /// <summary>
    /// Rotary base in place of a model's table of positions (its rotary twin, for BERT), or in place of its own base (ABF, arXiv 2309.16039).
    /// Training teaches the model the new positions.
    /// </summary>
    /// <value>Default: null, positions as they are.</value>
    public double? RotaryBase
    {
        get;
        init => field = value is null or > 1 ? value : throw new ArgumentOutOfRangeException(nameof(RotaryBase), value, "RotaryBase must be above 1.");
    }

    /// <summary>A longer window for a BERT with a table of positions: only the new rows are trained. Excludes the other changes.</summary>
    /// <value>Default: null.</value>
    public LongTextPositionTuning? NewPositions { get; init; }

    /// <summary>Whether training begins from scratch: config and vocabulary are the model's, weights are random.</summary>
    /// <value>Default: false.</value>
    public bool RandomWeights { get; init; }

    /// <summary>How a model from scratch knows the order of its tokens: a BERT's configuration with these positions. Needs <see cref="RandomWeights"/>; excludes the other positions.</summary>
    /// <value>Default: null, as the model's own configuration says.</value>
    public TextPositions? Positions { get; init; }

    /// <summary>
    /// Names of weights in the model's file that stay as they are: whole names, or their beginnings with '*' behind: "embeddings.word_embeddings.weight",
    /// "encoder.layer.0.*".
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Frozen { get; init; } = [];
}
