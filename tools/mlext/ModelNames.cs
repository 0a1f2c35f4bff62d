using ML.Extensions.LongText;

namespace ML.Extensions.Tool;

/// <summary>Models as the command line names them.</summary>
internal static class ModelNames
{
    /// <summary>The model where none is named.</summary>
    public const string Default = "default-rope";

    public const string Help = "arctic-xs, default-long, default-rope, minilm, the folder of a Hugging Face or sentence-transformers model, or a .gguf or llama2.c file.";

    /// <exception cref="DirectoryNotFoundException">It is neither a known name nor a folder or file.</exception>
    public static EmbeddingModel Parse(string name) => name switch
    {
        "arctic-xs" => EmbeddingModel.ArcticXs,
        "default-long" => EmbeddingModel.DefaultLong,
        "default-rope" => EmbeddingModel.DefaultRope,
        "minilm" => EmbeddingModel.MiniLM,
        _ when Path.Exists(name) => EmbeddingModel.FromFolder(Path.GetFullPath(name)),
        _ => throw new DirectoryNotFoundException($"The model '{name}' is neither a known name (arctic-xs, default-long, default-rope, minilm) nor a folder or file."),
    };
}
