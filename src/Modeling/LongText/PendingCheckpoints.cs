namespace ML.Extensions.LongText;

// Stands in until the checkpoint readers land: whoever lands EmbeddingCheckpoints and NormalizeHead deletes this file.
internal static class EmbeddingCheckpoints
{
    public static EmbeddingCheckpoint Open(EmbeddingModel model) => throw new NotSupportedException(model.ToString());
}

internal abstract class NormalizeHead : EmbeddingHead;
