namespace ML.Extensions.Encoders;

/// <summary>Which of the last layer's states a forward pass computes.</summary>
internal enum EncoderOutput
{
    /// <summary>All tokens: [T, D], rows in the order of the batch.</summary>
    AllTokens,

    /// <summary>The first token of each sequence only: [N, D]. The last layer does no work for other tokens.</summary>
    FirstToken,
}
