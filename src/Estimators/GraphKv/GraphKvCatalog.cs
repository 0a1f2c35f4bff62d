using Microsoft.ML.Data;
using ML.Extensions.GraphKv;

namespace Microsoft.ML;

/// <summary>Answers over segments whose keys and values are cached, from <c>mlContext.Transforms.Text</c>.</summary>
public static class GraphKvCatalog
{
    /// <summary>
    /// Answers a question from segments of text by a decoder. Each segment is encoded once and cached; a plan says which
    /// segments see which, and what the answer sees.
    /// </summary>
    /// <param name="catalog">The text transforms of an <see cref="MLContext"/>.</param>
    /// <param name="outputColumnName">Name of the answer column (text).</param>
    /// <param name="questionColumnName">Name of the question column (text).</param>
    /// <param name="segmentsColumnName">Name of the segments' column (vector of text), the most relevant last. Missing and empty ones are left out.</param>
    /// <param name="edgesColumnName">
    /// Name of a column of edges (vector of <see cref="int"/>: source, target, source, target, …, numbers of segments from 0), for
    /// plans over <see cref="SegmentGraph.Edges"/>; null is none.
    /// </param>
    /// <param name="options">Model, plan, cache, prompt, sampling, extra columns.</param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or the plan cannot tell shares that are asked for.</exception>
    /// <remarks>
    /// <para>Source of the method: Graph-KV, arXiv 2506.07334. An untuned decoder answers best under <see cref="GraphKvPlan.Sequential"/> or
    /// <see cref="GraphKvPlan.BlockAttention"/>; docs/GraphKv.md says what to expect of the others.</para>
    /// <para>Cursors are lazy: nothing is answered before a value is asked for. A saved pipeline holds the model's path and content
    /// hash, not its weights. The transformer owns native memory, so dispose it.</para>
    /// </remarks>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", "Edges",
    ///     new() { Model = "smollm2-135m-instruct.gguf", Plan = GraphKvPlan.BlockAttention, Cache = "kv-cache" });
    /// </code>
    /// </example>
    public static GraphKvAnswerEstimator AnswerWithGraphKv(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string questionColumnName, string segmentsColumnName,
        string? edgesColumnName, GraphKvAnswerOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.GetEnvironment(), outputColumnName, new(questionColumnName, segmentsColumnName, edgesColumnName), options);
    }

    /// <inheritdoc cref="AnswerWithGraphKv(TransformsCatalog.TextTransforms, string, string, string, string?, GraphKvAnswerOptions)"/>
    public static GraphKvAnswerEstimator AnswerWithGraphKv(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string questionColumnName, string segmentsColumnName,
        GraphKvAnswerOptions options) => catalog.AnswerWithGraphKv(outputColumnName, questionColumnName, segmentsColumnName, null, options);

    /// <summary>
    /// Trains a decoder to answer over segments: each row is learned under several plans, so that one model serves all of them. <c>Fit</c> gives the
    /// same transformer as <see cref="AnswerWithGraphKv(TransformsCatalog.TextTransforms, string, string, string, string?, GraphKvAnswerOptions)"/>'s.
    /// </summary>
    /// <param name="catalog">The text transforms of an <see cref="MLContext"/>.</param>
    /// <param name="outputColumnName">Name of the answer column (text) that the trained transformer adds.</param>
    /// <param name="questionColumnName">Name of the question column (text).</param>
    /// <param name="segmentsColumnName">Name of the segments' column (vector of text), the most relevant last. Missing and empty ones are left out.</param>
    /// <param name="edgesColumnName">Name of a column of edges (vector of <see cref="int"/>: source, target, …), for plans over <see cref="SegmentGraph.Edges"/>; null is none.</param>
    /// <param name="labelColumnName">Name of the column of right answers (text).</param>
    /// <param name="options">Model, plans, adapter, learning rate, validation, checkpoints.</param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or two options exclude each other.</exception>
    /// <example>
    /// <code>
    /// var trainer = ml.Transforms.Text.TrainGraphKvAnswerer("Answer", "Question", "Segments", "Edges", "Expected", new()
    /// {
    ///     Answering = new() { Model = "smollm2-135m-instruct.gguf", Plan = GraphKvPlan.BlockAttention }, OutputFolder = "adapter",
    /// });
    /// using var model = trainer.Fit(rows);
    /// </code>
    /// </example>
    public static GraphKvAnswererTrainer TrainGraphKvAnswerer(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string questionColumnName, string segmentsColumnName,
        string? edgesColumnName, string labelColumnName, GraphKvTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(catalog.GetEnvironment(), outputColumnName, new(questionColumnName, segmentsColumnName, edgesColumnName), labelColumnName, options);
    }
}
