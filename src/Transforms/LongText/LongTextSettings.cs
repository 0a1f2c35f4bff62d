namespace ML.Extensions.LongText;

/// <summary>From the public options to the embedder's settings.</summary>
internal static class LongTextSettings
{
    public static EmbedderSettings Of(LongTextEmbeddingOptions options) => new()
    {
        Adapter = options.Adapter,
        Prompt = options.Prompt,
        PromptName = options.PromptName,
        Extension = options.Extension,
        LogLengthScaling = options.LogLengthScaling,
        MaxTokens = options.MaxTokens,
        BeyondLimit = options.BeyondLimit,
        Pooling = options.Pooling,
        Normalize = options.Output.Normalize,
        Dimensions = options.Output.Dimensions,
        Precision = options.Compute.Precision,
        TokensPerBatch = options.Compute.TokensPerBatch,
        FirstWindow = options.Columns.FirstWindow is not null,
        ChunkTokens = options.Columns.ChunkVectors is null && options.Columns.ChunkOffsets is null ? null : options.Columns.ChunkTokens,
    };
}
