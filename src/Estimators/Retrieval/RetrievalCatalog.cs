using Microsoft.ML.Data;
using ML.Extensions.Retrieval;

namespace Microsoft.ML;

/// <summary>Segments of a corpus for questions, from <c>mlContext.Transforms.Text</c>.</summary>
public static class RetrievalCatalog
{
    /// <summary>Finds the segments of an indexed corpus that are nearest to a question, and the corpus' own links among them.</summary>
    /// <param name="catalog">The text transforms of an <see cref="MLContext"/>.</param>
    /// <param name="segmentsColumnName">Name of the segments' column (vector of text), in ascending order of nearness: the best last.</param>
    /// <param name="edgesColumnName">
    /// Name of the column of edges (vector of <see cref="int"/>: source, target, source, target, …, numbers of segments from 0):
    /// where a document points to another, the one that is pointed to is the source, and the one that points its target.
    /// Empty where the corpus has no links.
    /// </param>
    /// <param name="questionColumnName">Name of the question column (text). An empty question has no segments.</param>
    /// <param name="options">Index, model, number and size of segments, extra columns.</param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or options do not go together.</exception>
    /// <remarks>
    /// <para>The order is that of <c>GraphKvPlan.TopSources</c>, whose sources are the last segments. A
    /// document's segment is cut independently of the question, so that keys and values cached for one question serve the next.</para>
    /// <para>A saved pipeline holds the index' path and what made it, not the index: on load it is checked and read anew. The
    /// transformer owns native memory, so dispose it.</para>
    /// </remarks>
    /// <example>
    /// <code>
    /// DocumentIndexer.Update("docs.index", documents, EmbeddingModel.Default);
    /// var pipeline = ml.Transforms.Text.RetrieveSegments("Segments", "Edges", "Question", new() { Index = "docs.index", Count = 12 })
    ///     .Append(ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", "Edges", new() { Model = "model.gguf" }));
    /// </code>
    /// </example>
    public static SegmentRetrievalEstimator RetrieveSegments(
        this TransformsCatalog.TextTransforms catalog, string segmentsColumnName, string edgesColumnName, string questionColumnName, SegmentRetrievalOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(catalog.GetEnvironment(), new(segmentsColumnName, edgesColumnName, questionColumnName, options.IdsColumn, options.ScoresColumn), options);
    }
}
