using ML.Extensions.Evaluation;
using ML.Extensions.LongText;

namespace Microsoft.ML;

/// <summary>Evaluation of embeddings, from <c>mlContext.Ranking</c> and <c>mlContext.Regression</c>.</summary>
public static class EvaluationCatalog
{
    /// <summary>
    /// Evaluates how well embeddings find documents: nDCG, recall, precision, hit rate, MRR and MAP at every k, with standard
    /// errors, by length, by the answer's depth, and against another result.
    /// </summary>
    /// <param name="catalog">The ranking catalog of an <see cref="MLContext"/>.</param>
    /// <param name="queries">A row a query: id, embedding.</param>
    /// <param name="documents">A row a document: id, embedding, length if wanted.</param>
    /// <param name="judgements">A row for each judged pair (qrels): query's id, document's id, grade and the answer's depth if told.</param>
    /// <param name="options">Column names, similarity, places kept; null means the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A column is not there or has another type, an id stands there twice, a judgement names an unknown id, dimensions differ,
    /// an embedding holds NaN, or there are no rows; the message names view, column and id.
    /// </exception>
    /// <remarks>
    /// <para>Each view is read once. Documents stream through in blocks: memory is that of the queries and of
    /// <see cref="RetrievalEvaluationOptions.Depth"/> places for each, however many documents there are.</para>
    /// <para>Definitions are trec_eval's, see <see cref="RetrievalMetric"/>. Equal similarities: the document with the greater
    /// id (ordinal) comes first, so the order of rows never matters. Queries that no judgement names are left out and counted
    /// in <see cref="RetrievalMetrics.UnjudgedQueries"/>.</para>
    /// </remarks>
    /// <example>
    /// <code>
    /// var metrics = ml.Ranking.EvaluateRetrieval(model.Transform(queries), model.Transform(documents), judgements);
    /// Console.WriteLine($"nDCG@10 {metrics.Ndcg(10)}, recall@100 {metrics.Recall(100)}");
    /// </code>
    /// </example>
    public static RetrievalMetrics EvaluateRetrieval(
        this RankingCatalog catalog, IDataView queries, IDataView documents, IDataView judgements, RetrievalEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(judgements);
        return RetrievalEvaluation.Run(queries, documents, judgements, options ?? new());
    }

    /// <summary>Evaluates how well similarities of pairs of embeddings agree with scores (STS): Pearson's and Spearman's coefficients.</summary>
    /// <param name="catalog">The regression catalog of an <see cref="MLContext"/>.</param>
    /// <param name="data">A row a pair.</param>
    /// <param name="firstEmbeddingColumnName">Embedding of the first text: a vector of <see cref="float"/> or <see cref="double"/>.</param>
    /// <param name="secondEmbeddingColumnName">Embedding of the second text, of the same dimensions.</param>
    /// <param name="scoreColumnName">People's score, any scale, larger is more alike.</param>
    /// <param name="similarity">Similarity of two embeddings.</param>
    /// <exception cref="ArgumentException">
    /// A column is not there or has another type, dimensions differ, a value is NaN, or there are fewer than two rows.
    /// </exception>
    /// <example>
    /// <code>
    /// var metrics = ml.Regression.EvaluateSimilarity(embedded, "Embedding1", "Embedding2", "Label");
    /// Console.WriteLine($"Spearman {metrics.Spearman:F3}");
    /// </code>
    /// </example>
    public static SimilarityMetrics EvaluateSimilarity(
        this RegressionCatalog catalog,
        IDataView data,
        string firstEmbeddingColumnName,
        string secondEmbeddingColumnName,
        string scoreColumnName = "Label",
        SimilarityFunction similarity = SimilarityFunction.Cosine)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return SimilarityEvaluation.Run(data, firstEmbeddingColumnName, secondEmbeddingColumnName, scoreColumnName, similarity);
    }
}
