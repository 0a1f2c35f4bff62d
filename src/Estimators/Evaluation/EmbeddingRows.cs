using Microsoft.ML;

namespace ML.Extensions.Evaluation;

/// <summary>Rows of queries or documents: opened, with columns and types checked, before anything is embedded.</summary>
internal sealed class EmbeddingRows : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly Func<string> _id;
    private readonly Func<float[]> _vector;
    private readonly Func<double>? _length;

    /// <summary>Opens a view.</summary>
    /// <param name="data">The view.</param>
    /// <param name="view">Its name in errors.</param>
    /// <param name="idName">Column of ids.</param>
    /// <param name="vectorName">Column of embeddings.</param>
    /// <param name="lengthName">Column of lengths, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is not there or has another type.</exception>
    public EmbeddingRows(IDataView data, string view, string idName, string vectorName, string? lengthName = null)
    {
        var (id, vector) = (EvaluationColumn.Find(data, view, idName), EvaluationColumn.Find(data, view, vectorName));
        var length = lengthName is null ? null : EvaluationColumn.Find(data, view, lengthName);
        _cursor = EvaluationColumn.Cursor(data, id, vector, length);
        try
        {
            (_id, _vector, _length) = (id.Ids(_cursor), vector.Vectors(_cursor), length?.Numbers(_cursor));
        }
        catch
        {
            _cursor.Dispose();
            throw;
        }
    }

    /// <summary>Reads them once.</summary>
    public IEnumerable<EmbeddingRow> Read()
    {
        while (_cursor.MoveNext())
            yield return new(_id(), _vector(), _length?.Invoke());
    }

    /// <inheritdoc/>
    public void Dispose() => _cursor.Dispose();
}
