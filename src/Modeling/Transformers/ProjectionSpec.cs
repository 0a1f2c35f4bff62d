namespace ML.Extensions.Transformers;

/// <summary>A product with a matrix [outputs, inputs] whose rows come from one tensor of the file or from several, one below the other.</summary>
/// <param name="Inputs">Width of what is multiplied.</param>
/// <param name="Parts">Tensors and their rows, in the order that the network needs.</param>
internal sealed record ProjectionSpec(int Inputs, params IReadOnlyList<RowsSpec> Parts)
{
    /// <summary>Whether each part has a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>How the file holds the matrix.</summary>
    public RowLayout Layout { get; init; }

    /// <summary>Heads whose rows stand together in <see cref="RowLayout.PerHead"/>.</summary>
    public int LayoutHeads { get; init; }

    /// <summary>Rows of the whole matrix.</summary>
    public int Outputs => Parts.Sum(p => p.Rows);
}
