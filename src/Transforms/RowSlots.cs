using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions;

/// <summary>Buffers one source column over the rows of a batch.</summary>
internal abstract class RowSlots
{
    /// <summary>Copies the current row's value.</summary>
    public abstract void Read(int slot);

    /// <summary>A ValueGetter that hands out the current slot's value.</summary>
    public abstract Delegate Getter(Func<int> slot);

    /// <summary>Slots of the column's own type.</summary>
    public static RowSlots Of(DataViewRow input, DataViewSchema.Column column, int capacity)
    {
        var slots = column.Type is VectorDataViewType vector
            ? typeof(VectorSlots<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ValueSlots<>).MakeGenericType(column.Type.RawType);
        return (RowSlots)Activator.CreateInstance(slots, input, column, capacity)!;
    }

    private sealed class ValueSlots<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : RowSlots
    {
        private readonly ValueGetter<T> _source = input.GetGetter<T>(column);
        private readonly T[] _values = new T[capacity];

        public override void Read(int slot) => _source(ref _values[slot]);

        public override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref T value) => value = _values[slot()]);
    }

    private sealed class VectorSlots<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : RowSlots
    {
        private readonly ValueGetter<VBuffer<T>> _source = input.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] _values = new VBuffer<T>[capacity];

        public override void Read(int slot) => _source(ref _values[slot]);

        public override Delegate Getter(Func<int> slot) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[slot()].CopyTo(ref value));
    }
}
