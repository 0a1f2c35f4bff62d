using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions;

/// <summary>
/// Base of row-to-row transformers that compute many rows at once. Cursors are lazy, compute only the columns asked for,
/// read rows ahead into batches and keep their order.
/// </summary>
public abstract class BatchedTransformer : ITransformer
{
    private protected BatchedTransformer()
    {
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>Columns that the kernel reads.</summary>
    internal abstract IReadOnlyList<string> InputColumns { get; }

    /// <summary>Columns that the transformer adds.</summary>
    internal abstract IReadOnlyList<OutputColumn> OutputColumns { get; }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckInput(inputSchema);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (var column in OutputColumns)
            builder.AddColumn(column.Name, column.Type);
        return builder.ToSchema();
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BatchedDataView(this, input);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new BatchedRowMapper(this, inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => Save(ctx);

    /// <summary>Throws where an input column is missing or of another type.</summary>
    internal abstract void CheckInput(DataViewSchema schema);

    /// <summary>A kernel over the current row of <paramref name="input"/>.</summary>
    /// <param name="input">Row or cursor with the input columns active.</param>
    /// <param name="active">Whether each output column was asked for.</param>
    /// <param name="capacity">Most rows of a batch, or 0 for the transformer's own choice.</param>
    internal abstract BatchKernel CreateKernel(DataViewRow input, IReadOnlyList<bool> active, int capacity);

    private protected abstract void Save(ModelSaveContext ctx);
}
