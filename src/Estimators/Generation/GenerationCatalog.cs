using Microsoft.ML.Data;
using ML.Extensions.Generation;

namespace Microsoft.ML;

/// <summary>Text generation, from <c>mlContext.Transforms.Text</c>.</summary>
public static class GenerationCatalog
{
    /// <summary>Answers a text column by a decoder: a .gguf file, a llama2.c file, or a Hugging Face folder.</summary>
    /// <param name="catalog">The text transforms of an <see cref="MLContext"/>.</param>
    /// <param name="outputColumnName">Name of the column of answers (text).</param>
    /// <param name="inputColumnName">Name of the column of prompts (text). A missing text is the empty one.</param>
    /// <param name="options">Model, system message, sampling, limits, extra columns.</param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or two options exclude each other.</exception>
    /// <remarks>
    /// <para>Where the model has a chat template the prompt goes through it; otherwise the model goes on with the text.</para>
    /// <para>Rows are answered side by side, <see cref="TextGenerationCompute.RowsAtOnce"/> of them; each ends by itself. The
    /// same prompt, options and seed give the same answer, up to the rounding of the network's sums, which may differ in the
    /// last bit with the number of rows.</para>
    /// <para>A saved pipeline holds the model's path and content hash, not its weights. The transformer owns native memory, so
    /// dispose it.</para>
    /// </remarks>
    /// <example>
    /// <code>
    /// var ml = new MLContext();
    /// var pipeline = ml.Transforms.Text.GenerateText("Answer", "Question", new() { Model = "model.gguf", MaxNewTokens = 100 });
    /// ITransformer model = pipeline.Fit(data);
    /// </code>
    /// </example>
    public static TextGenerationEstimator GenerateText(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string inputColumnName, TextGenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.GetEnvironment(), outputColumnName, inputColumnName, options);
    }
}
