namespace ML.Extensions.Transformers;

/// <summary>From ids to the first layer's input: words, positions and types are added, then normalised, then projected.</summary>
/// <param name="Words">Table of words, [V, E].</param>
/// <param name="Width">E, mostly the hidden size.</param>
internal sealed record EmbeddingSpec(string Words, int Width)
{
    /// <summary>What some files call the table of words.</summary>
    public string? OtherWords { get; init; }

    /// <summary>Factor on the words' rows. Gemma: sqrt(D).</summary>
    /// <value>Default: 1.</value>
    public double Scale { get; init; } = 1;

    /// <summary>Table of learned positions; null is none.</summary>
    public string? Positions { get; init; }

    /// <summary>Rows of that table.</summary>
    public int PositionRows { get; init; }

    /// <summary>Row of position 0: RoBERTa's kin begin behind the padding's.</summary>
    public int FirstPosition { get; init; }

    /// <summary>Rows between those that texts within the old window take, in a table that was stretched; 1 in others.</summary>
    public int PositionStride { get; init; } = 1;

    /// <summary>Longest wavelength of sines and cosines of the position that are added, over 2π; null is none.</summary>
    public double? Waves { get; init; }

    /// <summary>Table of token types; null is none.</summary>
    public string? TokenTypes { get; init; }

    /// <summary>Rows of that table.</summary>
    public int TokenTypeRows { get; init; }

    /// <summary>Norm over the sum; null is none.</summary>
    public NormSpec? Norm { get; init; }

    /// <summary>From E to D; null where both are one.</summary>
    public ProjectionSpec? Projection { get; init; }
}
