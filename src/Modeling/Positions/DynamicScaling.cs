namespace ML.Extensions.Positions;

/// <summary>
/// NTK-aware positions that grow with the sequence: b' = b·(s·L/W - (s - 1))^(dim/(dim-2)) with L the length, at least the
/// window W. Within the window this is the default form. Source: transformers' "dynamic".
/// </summary>
/// <param name="Factor">s; at least 1.</param>
/// <param name="Window">W, tokens the model was trained on.</param>
internal sealed record DynamicScaling(double Factor, int Window) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "dynamic";

    /// <inheritdoc/>
    public override bool DependsOnLength => true;

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length) =>
        new(Plain(dimension, Stretched(dimension, ropeBase, (Factor * Math.Max(length, Window) / Window) - (Factor - 1))));

    /// <summary>Reads "factor"; the window is max_position_embeddings.</summary>
    public static RotaryScaling Read(RotaryFields fields) => new DynamicScaling(fields.Factor(), fields.Window("dynamic"));
}
