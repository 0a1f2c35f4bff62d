using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions;

/// <summary>Errors about columns, in ML.NET's wording.</summary>
internal static class ColumnErrors
{
    // The public methods' parameter, as ML.NET's own errors name it.
    private static readonly string Parameter = "inputSchema";

    /// <summary>Throws unless the column is there and is text.</summary>
    public static void CheckText(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (column.Type is not TextDataViewType)
            throw Mismatch(name, "String", column.Type.ToString()!);
    }

    /// <summary>A column that is not there, with the nearest name that is; <paramref name="parameter"/> names the data if there are several.</summary>
    public static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> present, string? parameter = null)
    {
        var names = present.Distinct().ToArray();
        var nearest = names.MinBy(n => Distance(n.ToUpperInvariant(), name.ToUpperInvariant()));
        var hint = nearest is not null && Distance(nearest.ToUpperInvariant(), name.ToUpperInvariant()) <= Math.Max(2, name.Length / 3)
            ? $" Did you mean '{nearest}'?" : "";
        return new(
            parameter ?? Parameter, $"Could not find input column '{name}'.{hint} The data has: {string.Join(", ", names)}.");
    }

    /// <summary>A column of another type.</summary>
    public static ArgumentOutOfRangeException Mismatch(string name, string expected, string actual, string? parameter = null) => new(
        parameter ?? Parameter, $"Schema mismatch for input column '{name}': expected {expected}, got {actual}.");

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
