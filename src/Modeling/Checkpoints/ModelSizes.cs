namespace ML.Extensions.Checkpoints;

/// <summary>Largest sizes that a config.json may claim: far above every published model, and low enough that a claim alone exhausts nothing.</summary>
internal static class ModelSizes
{
    /// <summary>Layers.</summary>
    public const int Layers = 1_000;

    /// <summary>Hidden size.</summary>
    public const int Width = 1 << 16;

    /// <summary>Attention heads.</summary>
    public const int Heads = 1 << 10;

    /// <summary>Width of the feed-forward layers.</summary>
    public const int FeedForward = 1 << 18;

    /// <summary>Positions.</summary>
    public const int Positions = 1 << 24;

    /// <summary>Words.</summary>
    public const int Vocabulary = 1 << 24;

    /// <summary>Token types.</summary>
    public const int TokenTypes = 1 << 10;
}
