using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions;

/// <summary>Reads rows ahead into a batch; the first of our values asked for computes the whole batch.</summary>
internal sealed class BatchedCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly ColumnSplit _split;
    private readonly BatchKernel? _kernel;
    private readonly RowSlots?[] _kept;
    private readonly ValueGetter<DataViewRowId>? _inputId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private long _position = -1;
    private int _at;
    private int _count;
    private bool _ran;
    private bool _ended;

    public BatchedCursor(BatchedTransformer transformer, DataViewSchema schema, DataViewRowCursor input, ColumnSplit split)
    {
        Schema = schema;
        _input = input;
        _split = split;
        _kernel = split.Computes ? transformer.CreateKernel(input, split.Outputs, 0) : null;
        var capacity = _kernel?.Capacity ?? 0;
        _kept = new RowSlots?[split.Kept.Length];
        _ids = new DataViewRowId[capacity];
        _batches = new long[capacity];
        if (_kernel is null)
            return;
        _inputId = input.GetIdGetter();
        for (var i = 0; i < _kept.Length; i++)
            _kept[i] = split.Kept[i] ? RowSlots.Of(input, input.Schema[i], capacity) : null;
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public override long Position => _kernel is null ? _input.Position : _position;

    /// <inheritdoc/>
    public override long Batch => _kernel is null ? _input.Batch : _at < _count ? _batches[_at] : 0;

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _split.Kept.Length
        ? _split.Kept[column.Index] : _split.Outputs[column.Index - _split.Kept.Length];

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        _kernel is null ? _input.GetIdGetter() : (ref DataViewRowId id) => id = _ids[Slot()];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"The column '{column.Name}' was not asked for when the cursor was made.");
        if (_kernel is null)
            return _input.GetGetter<TValue>(_input.Schema[column.Index]);
        var getter = column.Index < _kept.Length
            ? _kept[column.Index]!.Getter(Slot)
            : _kernel.Getter(column.Index - _kept.Length, ComputedSlot);
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"The column '{column.Name}' has type {column.Type}; a getter of {typeof(TValue).Name} was asked for.");
    }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (_kernel is null)
            return _input.MoveNext();
        if (_ended)
            return false;
        if (++_at >= _count && !Fill())
        {
            _ended = true;
            _position = -1;
            return false;
        }

        _position++;
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _kernel?.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Fill()
    {
        (_at, _count, _ran) = (0, 0, false);
        while (_count < _ids.Length && !(_count > 0 && _kernel!.IsFull(_count)) && _input.MoveNext())
        {
            _inputId!(ref _ids[_count]);
            _batches[_count] = _input.Batch;
            foreach (var kept in _kept)
                kept?.Read(_count);
            _kernel!.Read(_count++);
        }

        return _count > 0;
    }

    private int Slot() => _position >= 0 && !_ended
        ? _at : throw new InvalidOperationException("The cursor does not stand on a row: call MoveNext first.");

    private int ComputedSlot()
    {
        var slot = Slot();
        if (!_ran)
        {
            _kernel!.Run(_count);
            _ran = true;
        }

        return slot;
    }
}
