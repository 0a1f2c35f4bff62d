using Microsoft.ML;

namespace ML.Extensions;

/// <summary>A lazy view: the source's columns, then the transformer's.</summary>
internal sealed class BatchedDataView(BatchedTransformer transformer, IDataView source) : IDataView
{
    /// <inheritdoc/>
    public bool CanShuffle => source.CanShuffle;

    /// <inheritdoc/>
    public DataViewSchema Schema { get; } = transformer.GetOutputSchema(source.Schema);

    /// <inheritdoc/>
    public long? GetRowCount() => source.GetRowCount();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var split = ColumnSplit.Of(transformer, source.Schema, columnsNeeded);
        var input = source.GetRowCursor(split.SourceColumns(source.Schema), rand);
        try
        {
            return new BatchedCursor(transformer, Schema, input, split);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>One cursor: a pass uses all cores by itself, and ML.NET splits a single cursor where it wants several.</summary>
    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
