using Microsoft.ML.Data;
using ML.Extensions.LongText;

namespace Microsoft.ML;

/// <summary>Embedding of long texts, from <c>mlContext.Transforms.Text</c>.</summary>
public static class LongTextCatalog
{
    /// <summary>
    /// Embeds a text column by a pre-trained model, whose window is extended to longer texts without training.
    /// </summary>
    /// <param name="catalog">The text transforms of an <see cref="MLContext"/>.</param>
    /// <param name="outputColumnName">
    /// Name of the embedding column: a vector of <see cref="float"/> (384 of them for the default model), or of bytes, as
    /// <see cref="LongTextEmbeddingOutput.Format"/> says.
    /// </param>
    /// <param name="inputColumnName">Name of the text column; null means <paramref name="outputColumnName"/>. A missing text is embedded as the empty one.</param>
    /// <param name="options">Model, extension, limits, form of the output, extra columns; null means the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or two options exclude each other.</exception>
    /// <remarks>
    /// <para>Texts within the model's window get the original model's embedding. Longer ones get positions, or windows,
    /// as LongEmbed (arXiv 2404.12096, section 4) proposes; see <see cref="ContextExtension"/>.</para>
    /// <para>Cursors are lazy and compute only the columns asked for. Trainers that read their data many times want
    /// <c>AppendCacheCheckpoint</c> behind this step.</para>
    /// <para>A saved pipeline is loaded by plain <c>mlContext.Model.Load</c>; the transformer owns native memory, so
    /// dispose it (a <c>TransformerChain</c> disposes its parts).</para>
    /// </remarks>
    /// <example>
    /// <code>
    /// var ml = new MLContext(seed: 1);
    /// var pipeline = ml.Transforms.Text.EmbedLongText("Embedding", "Text");
    /// ITransformer model = pipeline.Fit(data);
    /// ml.Model.Save(model, data.Schema, "embedder.zip");
    /// </code>
    /// </example>
    public static LongTextEmbeddingEstimator EmbedLongText(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string? inputColumnName = null,
        LongTextEmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.GetEnvironment(), outputColumnName, inputColumnName ?? outputColumnName, options ?? new());
    }

    /// <summary>
    /// Trains an embedding model on the data's rows: pairs, scored pairs, a teacher's vectors or raw text. <c>Fit</c> gives the same transformer as
    /// <see cref="EmbedLongText"/>'s.
    /// </summary>
    /// <param name="catalog">The text transforms of an <see cref="MLContext"/>.</param>
    /// <param name="outputColumnName">Name of the embedding column that the trained transformer adds.</param>
    /// <param name="inputColumnName">Name of the text column: queries, first texts of pairs, or the texts themselves. The transformer embeds it, too.</param>
    /// <param name="objective">What is learned, and the other columns.</param>
    /// <param name="options">Model, rows a step, learning rate, validation, checkpoints; null means the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or two options exclude each other.</exception>
    /// <example>
    /// <code>
    /// var ml = new MLContext(seed: 1);
    /// var trainer = ml.Transforms.Text.TrainTextEmbedding("Embedding", "Query", TextEmbeddingObjective.MatchingPairs("Passage"));
    /// using var model = trainer.Fit(pairs);
    /// ml.Model.Save(model, pairs.Schema, "tuned.zip");
    /// </code>
    /// </example>
    public static LongTextTrainer TrainTextEmbedding(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string inputColumnName,
        TextEmbeddingObjective objective,
        LongTextTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.GetEnvironment(), outputColumnName, inputColumnName, objective, options ?? new());
    }
}
