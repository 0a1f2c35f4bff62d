namespace ML.Extensions.LongText;

/// <summary>Models in Hugging Face and sentence-transformers folders.</summary>
internal static class FolderModels
{
    public static EmbeddingCheckpoint Open(string path) => throw new NotSupportedException(path);
}
