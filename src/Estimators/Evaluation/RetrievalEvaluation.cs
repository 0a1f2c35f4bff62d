using Microsoft.ML;

namespace ML.Extensions.Evaluation;

/// <summary>Reads queries, judgements and documents once each, in this order, and only the columns needed.</summary>
internal static class RetrievalEvaluation
{
    /// <summary>Evaluates; the three parameters' names are those of the catalog's method, for errors.</summary>
    public static RetrievalMetrics Run(IDataView queries, IDataView documents, IDataView judgements, RetrievalEvaluationOptions options)
    {
        var columns = options.Columns;
        var table = Judgements(judgements, columns, options.Gain); // a wrong name there shows before anything is embedded
        _ = EvaluationColumn.Find(documents, nameof(documents), columns.DocumentEmbedding);
        var evaluator = new RetrievalEvaluator(
            Rows(queries, nameof(queries), columns.QueryId, columns.QueryEmbedding, null),
            new()
            {
                Similarity = options.Similarity,
                Depth = options.Depth,
                SkipIdenticalIds = options.SkipIdenticalIds,
                LeaveOutUnknownIds = options.LeaveOutUnknownIds,
            });
        foreach (var document in Rows(documents, nameof(documents), columns.DocumentId, columns.DocumentEmbedding, columns.DocumentLength))
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
        using var cursor = Cursor(judgements, query, document, grade, depth);
        var (readQuery, readDocument) = (query.Ids(cursor), document.Ids(cursor));
        var (readGrade, readDepth) = (grade?.Numbers(cursor), depth?.Numbers(cursor));
        while (cursor.MoveNext())
            table.Add(readQuery(), readDocument(), readGrade?.Invoke() ?? 1, readDepth?.Invoke());
        return table;
    }

    private static IEnumerable<EmbeddingRow> Rows(IDataView data, string view, string idName, string vectorName, string? lengthName)
    {
        var (id, vector) = (EvaluationColumn.Find(data, view, idName), EvaluationColumn.Find(data, view, vectorName));
        var length = lengthName is null ? null : EvaluationColumn.Find(data, view, lengthName);
        using var cursor = Cursor(data, id, vector, length);
        var (readId, readVector, readLength) = (id.Ids(cursor), vector.Vectors(cursor), length?.Numbers(cursor));
        while (cursor.MoveNext())
            yield return new(readId(), readVector(), readLength?.Invoke());
    }

    private static DataViewRowCursor Cursor(IDataView data, params EvaluationColumn?[] columns) =>
        data.GetRowCursor(columns.Where(c => c is not null).Select(c => c!.Column));
}
