using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions;

/// <summary>Maps single rows, as PredictionEngine does: batches of one.</summary>
internal sealed class BatchedRowMapper(BatchedTransformer transformer, DataViewSchema inputSchema) : IRowToRowMapper
{
    /// <inheritdoc/>
    public DataViewSchema InputSchema { get; } = inputSchema;

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; } = transformer.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        ColumnSplit.Of(transformer, InputSchema, dependingColumns).SourceColumns(InputSchema);

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new Row(transformer, OutputSchema, input, ColumnSplit.Of(transformer, InputSchema, activeColumns));

    private sealed class Row : DataViewRow
    {
        private readonly DataViewRow _input;
        private readonly ColumnSplit _split;
        private readonly BatchKernel? _kernel;
        private long _computed = -1;

        public Row(BatchedTransformer transformer, DataViewSchema schema, DataViewRow input, ColumnSplit split)
        {
            Schema = schema;
            _input = input;
            _split = split;
            _kernel = split.Computes ? transformer.CreateKernel(input, split.Outputs, 1) : null;
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _split.Kept.Length
            ? _input.IsColumnActive(_input.Schema[column.Index]) : _split.Outputs[column.Index - _split.Kept.Length];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < _split.Kept.Length)
                return _input.GetGetter<TValue>(_input.Schema[column.Index]);
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the row was made.");
            return _kernel!.Getter(column.Index - _split.Kept.Length, ComputedSlot) as ValueGetter<TValue>
                ?? throw new InvalidOperationException(
                    $"The column '{column.Name}' has type {column.Type}; a getter of {typeof(TValue).Name} was asked for.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _kernel?.Dispose();
                _input.Dispose();
            }

            base.Dispose(disposing);
        }

        private int ComputedSlot()
        {
            if (_computed != _input.Position)
            {
                _kernel!.Read(0);
                _kernel.Run(1);
                _computed = _input.Position;
            }

            return 0;
        }
    }
}
