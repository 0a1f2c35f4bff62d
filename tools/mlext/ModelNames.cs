using ML.Extensions.LongText;

namespace ML.Extensions.Tool;

/// <summary>Models as the command line names them.</summary>
internal static class ModelNames
{
    public const string Help = "arctic-xs, minilm, or the folder of a Hugging Face or sentence-transformers model.";

    /// <exception cref="DirectoryNotFoundException">It is neither a known name nor a folder.</exception>
    public static EmbeddingModel Parse(string name) => name switch
    {
        "arctic-xs" => EmbeddingModel.ArcticXs,
        "minilm" => EmbeddingModel.MiniLM,
        _ when Directory.Exists(name) => EmbeddingModel.FromFolder(Path.GetFullPath(name)),
        _ => throw new DirectoryNotFoundException($"The model '{name}' is neither a known name (arctic-xs, minilm) nor a folder."),
    };
}
