using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions.Evaluation;

/// <summary>A column that an evaluation reads: found, of a type that fits, and with errors that name data, column and row.</summary>
/// <param name="View">The data's name in errors: the public method's parameter.</param>
/// <param name="Column">The column.</param>
internal sealed record EvaluationColumn(string View, DataViewSchema.Column Column)
{
    private const string Id = "String or a whole number", Number = "Single, Double or a whole number", Vector = "a vector of Single or Double";

    /// <summary>Finds a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not there.</exception>
    public static EvaluationColumn Find(IDataView data, string view, string name) =>
        data.Schema.GetColumnOrNull(name) is { } column
            ? new(view, column)
            : throw ColumnErrors.Missing(name, data.Schema.Where(c => !c.IsHidden).Select(c => c.Name), view);

    /// <summary>Opens a view for some columns; those that are null are not wanted.</summary>
    public static DataViewRowCursor Cursor(IDataView data, params EvaluationColumn?[] columns) =>
        data.GetRowCursor(columns.Where(c => c is not null).Select(c => c!.Column));

    /// <summary>Reads ids: text, or whole numbers as text.</summary>
    public Func<string> Ids(DataViewRow row)
    {
        if (Column.Type is not TextDataViewType)
        {
            if (Column.Type is NumberDataViewType && Column.Type.RawType != typeof(float) && Column.Type.RawType != typeof(double))
                return Whole<string>(row, v => Convert.ToString(v, CultureInfo.InvariantCulture)!, Id);
            throw Mismatch(Id);
        }

        var getter = row.GetGetter<ReadOnlyMemory<char>>(Column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return value.Length > 0 ? value.ToString() : throw At(row, "is empty; an id is needed");
        };
    }

    /// <summary>Reads finite numbers.</summary>
    public Func<double> Numbers(DataViewRow row)
    {
        var read = Column.Type.RawType == typeof(float) ? Value<float, double>(row, v => v)
            : Column.Type.RawType == typeof(double) ? Value<double, double>(row, v => v)
            : Whole(row, v => Convert.ToDouble(v, CultureInfo.InvariantCulture), Number);
        return () => read() is var value && double.IsFinite(value)
            ? value
            : throw At(row, $"is {value.ToString(CultureInfo.InvariantCulture)}; a finite number is needed");
    }

    /// <summary>Reads vectors, each into an array of its own.</summary>
    public Func<float[]> Vectors(DataViewRow row)
    {
        var read = (Column.Type as VectorDataViewType)?.ItemType.RawType switch
        {
            { } t when t == typeof(float) => Value<VBuffer<float>, float[]>(row, v => v.DenseValues().ToArray()),
            { } t when t == typeof(double) => Value<VBuffer<double>, float[]>(row, v => [.. v.DenseValues().Select(x => (float)x)]),
            _ => throw Mismatch(Vector),
        };
        return () => read() is { Length: > 0 } vector ? vector : throw At(row, "is a vector without components");
    }

    private Func<T> Whole<T>(DataViewRow row, Func<object, T> convert, string expected) => Column.Type.RawType switch
    {
        { } t when Column.Type is not NumberDataViewType || t == typeof(float) || t == typeof(double) => throw Mismatch(expected),
        { } t when t == typeof(int) => Value<int, T>(row, v => convert(v)),
        { } t when t == typeof(long) => Value<long, T>(row, v => convert(v)),
        { } t when t == typeof(uint) => Value<uint, T>(row, v => convert(v)),
        { } t when t == typeof(ulong) => Value<ulong, T>(row, v => convert(v)),
        { } t when t == typeof(short) => Value<short, T>(row, v => convert(v)),
        { } t when t == typeof(ushort) => Value<ushort, T>(row, v => convert(v)),
        { } t when t == typeof(byte) => Value<byte, T>(row, v => convert(v)),
        _ => Value<sbyte, T>(row, v => convert(v)),
    };

    private Func<TResult> Value<T, TResult>(DataViewRow row, Func<T, TResult> convert)
    {
        var getter = row.GetGetter<T>(Column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }

    private ArgumentOutOfRangeException Mismatch(string expected) =>
        ColumnErrors.Mismatch(Column.Name, expected, Column.Type.ToString()!, View);

    private ArgumentException At(DataViewRow row, string what) =>
        new($"Column '{Column.Name}', row {row.Position.ToString(CultureInfo.InvariantCulture)} {what}.", View);
}
