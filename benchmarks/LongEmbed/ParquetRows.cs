using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace ML.Extensions.Benchmarks;

/// <summary>Rows of a parquet file: texts, or whole numbers as texts.</summary>
internal static class ParquetRows
{
    /// <summary>The values of some columns, row by row; a row group is in memory at a time.</summary>
    public static IEnumerable<string[]> Read(string path, params string[] columns)
    {
        using var file = File.OpenRead(path);
        var reader = Sync(ParquetReader.CreateAsync(file));
        try
        {
            var fields = Array.ConvertAll(columns, c => reader.Schema.DataFields.FirstOrDefault(f => f.Name == c)
                ?? throw new ArgumentException($"{path} has no column '{c}'. There are: {string.Join(", ", reader.Schema.DataFields.Select(f => f.Name))}."));
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                using var group = reader.OpenRowGroupReader(g);
                var values = Array.ConvertAll(fields, f => Column(path, group, f));
                for (var row = 0; row < values[0].Length; row++)
                    yield return Array.ConvertAll(values, v => v[row]);
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static string[] Column(string path, ParquetRowGroupReader group, DataField field)
    {
        var rows = checked((int)group.RowCount);
        if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            var texts = new string?[rows];
            Sync(group.ReadAsync(field, texts.AsMemory()));
            return Array.ConvertAll(texts, t => t ?? throw new ArgumentException($"{path}: column '{field.Name}' has a row without a value."));
        }

        if (field.ClrType == typeof(long))
            return Numbers<long>(path, group, field, rows);
        return field.ClrType == typeof(int)
            ? Numbers<int>(path, group, field, rows)
            : throw new ArgumentException($"{path}: column '{field.Name}' holds {field.ClrType.Name}; text or whole numbers are needed.");
    }

    private static string[] Numbers<T>(string path, ParquetRowGroupReader group, DataField field, int rows)
        where T : struct
    {
        var numbers = new T?[rows];
        if (field.IsNullable)
            Sync(group.ReadAsync(field, numbers.AsMemory()));
        else
        {
            var plain = new T[rows];
            Sync(group.ReadAsync<T>(field, plain.AsMemory()));
            numbers = Array.ConvertAll(plain, n => (T?)n);
        }

        return Array.ConvertAll(numbers, n => Convert.ToString(n, CultureInfo.InvariantCulture) is { Length: > 0 } text
            ? text : throw new ArgumentException($"{path}: column '{field.Name}' has a row without a value."));
    }

    // The program is synchronous from end to end, and no context waits for these tasks.
    private static T Sync<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Sync(ValueTask task) => task.AsTask().GetAwaiter().GetResult();
}
