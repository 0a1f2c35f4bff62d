using Microsoft.ML;

namespace ML.Extensions.Evaluation;

/// <summary>Reads judgements, queries and documents once each, in this order, and only the columns needed.</summary>
internal static class RetrievalEvaluation
{
    /// <summary>Evaluates; the three parameters' names are those of the catalog's method, for errors.</summary>
    public static RetrievalMetrics Run(IDataView queries, IDataView documents, IDataView judgements, RetrievalEvaluationOptions options)
    {
        var columns = options.Columns;
        // Both are opened before either is embedded, so that a wrong column shows at once.
        using var documentRows = new EmbeddingRows(documents, nameof(documents), columns.DocumentId, columns.DocumentEmbedding, columns.DocumentLength);
        using var queryRows = new EmbeddingRows(queries, nameof(queries), columns.QueryId, columns.QueryEmbedding);
        var table = Judgements(judgements, columns, options.Gain);
        var evaluator = new RetrievalEvaluator(queryRows.Read(), new()
        {
            Similarity = options.Similarity,
            Depth = options.Depth,
            SkipIdenticalIds = options.SkipIdenticalIds,
            LeaveOutUnknownIds = options.LeaveOutUnknownIds,
        });
        foreach (var document in documentRows.Read())
            evaluator.Add(document);
        return evaluator.Finish(table);
    }

    private static JudgementTable Judgements(IDataView judgements, RetrievalColumns columns, RetrievalGain gain)
    {
        EvaluationColumn Find(string name) => EvaluationColumn.Find(judgements, nameof(judgements), name);
        var (query, document) = (Find(columns.QueryId), Find(columns.DocumentId));
        var grade = columns.Grade is null ? null : Find(columns.Grade);
        var depth = columns.AnswerDepth is null ? null : Find(columns.AnswerDepth);
        var table = new JudgementTable(gain);
        using var cursor = EvaluationColumn.Cursor(judgements, query, document, grade, depth);
        var (readQuery, readDocument) = (query.Ids(cursor), document.Ids(cursor));
        var (readGrade, readDepth) = (grade?.Numbers(cursor), depth?.Numbers(cursor));
        while (cursor.MoveNext())
            table.Add(readQuery(), readDocument(), readGrade?.Invoke() ?? 1, readDepth?.Invoke());
        return table;
    }
}
