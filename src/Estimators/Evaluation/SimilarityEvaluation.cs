using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Evaluation;

/// <summary>Reads pairs of embeddings and their scores once.</summary>
internal static class SimilarityEvaluation
{
    /// <summary>Evaluates; the parameter's name is that of the catalog's method, for errors.</summary>
    public static SimilarityMetrics Run(IDataView data, string firstName, string secondName, string scoreName, SimilarityFunction similarity)
    {
        EvaluationColumn Find(string name) => EvaluationColumn.Find(data, nameof(data), name);
        var (first, second, score) = (Find(firstName), Find(secondName), Find(scoreName));
        var (similarities, scores) = (new List<double>(), new List<double>());
        using var cursor = data.GetRowCursor([first.Column, second.Column, score.Column]);
        var (readFirst, readSecond, readScore) = (first.Vectors(cursor), second.Vectors(cursor), score.Numbers(cursor));
        while (cursor.MoveNext())
        {
            var (a, b) = (readFirst(), readSecond());
            if (a.Length != b.Length)
                throw new ArgumentException($"Row {cursor.Position}: column '{firstName}' has {a.Length} dimensions, column '{secondName}' {b.Length}. Embed both with one model.", nameof(data));
            if (similarity.Of(a, b) is var value && !double.IsFinite(value))
                throw new ArgumentException($"Row {cursor.Position}: an embedding in column '{firstName}' or '{secondName}' holds NaN or infinity.", nameof(data));
            similarities.Add(value);
            scores.Add(readScore());
        }

        return similarities.Count >= 2
            ? new([.. similarities], [.. scores])
            : throw new ArgumentException($"There are {similarities.Count} rows; a correlation needs two.", nameof(data));
    }
}
