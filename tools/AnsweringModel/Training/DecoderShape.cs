namespace ML.Extensions.AnsweringModel.Training;

/// <summary>
/// Sizes of the decoder: a SmolLM3, which is a Llama in which some layers know no positions. In those, a name is found wherever a plan
/// puts it. The head is the word table.
/// </summary>
/// <param name="Vocabulary">Tokens.</param>
internal sealed record DecoderShape(int Vocabulary)
{
    /// <summary>Dimensions of a head.</summary>
    public const int HeadWidth = 32;

    /// <summary>Base of the rotary positions.</summary>
    public const double RotaryBase = 500_000;

    /// <summary>Heads of a layer.</summary>
    public int Heads { get; init; } = 5;

    /// <summary>Width of the feed-forward part.</summary>
    public int Forward { get; init; } = 320;

    /// <summary>By layer: 1 has rotary positions, 0 has none. The second has none: see <see cref="CopyingStart"/>.</summary>
    public IReadOnlyList<int> Rotary { get; init; } = [1, 0, 1, 0, 1];

    /// <summary>Most tokens of prompt and answer.</summary>
    public int Window { get; init; } = 2_048;

    /// <summary>Layers.</summary>
    public int Layers => Rotary.Count;

    /// <summary>Width of the model.</summary>
    public int Width => Heads * HeadWidth;
}
