using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>An embedding model on disk or in a package, opened: sizes, weights, vocabulary and what follows the encoder.</summary>
internal sealed record EmbeddingCheckpoint : IDisposable
{
    /// <summary>Name for messages and the log: the folder's or the package's.</summary>
    public required string Name { get; init; }

    /// <summary>config.json's content; for a package, what its file says in the same keys.</summary>
    public required JsonElement Config { get; init; }

    public required Weights Weights { get; init; }

    public required TextTokenizer Tokenizer { get; init; }

    /// <summary>Pooling modes; several are laid side by side in this order.</summary>
    public required IReadOnlyList<PoolingMode> Pooling { get; init; }

    /// <summary>Whether the prompt's tokens are pooled.</summary>
    public bool IncludePrompt { get; init; } = true;

    /// <summary>Dense, LayerNorm and Normalize modules behind the pooling, in order.</summary>
    public IReadOnlyList<EmbeddingHead> Heads { get; init; } = [];

    /// <summary>Prompts by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    public string? DefaultPromptName { get; init; }

    /// <summary>How the model's vectors are compared.</summary>
    public SimilarityFunction Similarity { get; init; }

    /// <summary>Window in tokens, special ones included: max_seq_length, else what tokenizer and config say.</summary>
    public required int MaxSequenceLength { get; init; }

    /// <summary>truncate_dim of the folder; null keeps all dimensions.</summary>
    public int? TruncateDimensions { get; init; }

    /// <summary>SHA-256 over every file that decides the embedding (names and contents), upper-case hexadecimal.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Folder that goes with the checkpoint.</summary>
    public TemporaryFolder? Temporary { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        foreach (var head in Heads)
            head.Dispose();
        Temporary?.Dispose();
    }
}
