namespace ML.Extensions.Tokenization;

/// <summary>What a thread keeps from one text to the next: room for a normalised text and its pieces.</summary>
internal sealed class PipelineScratch
{
    private const int MostUnits = 1 << 16;

    [ThreadStatic]
    private static PipelineScratch? kept;

    /// <summary>The normalised text.</summary>
    public WordBuffer Normalized { get; } = new();

    /// <summary>The text while it is cut.</summary>
    public PieceText Pieces { get; } = new();

    /// <summary>This thread's room; a long text gets its own, which is not kept.</summary>
    public static PipelineScratch For(string text) => text.Length > MostUnits ? new() : kept ??= new();
}
