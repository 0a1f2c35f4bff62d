using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions.GraphKv;

/// <summary>The columns that an answerer reads and adds.</summary>
internal static class GraphKvColumns
{
    /// <summary>The answer first, then the extra columns that are named.</summary>
    public static IReadOnlyList<OutputColumn> Of(string output, GraphKvExtraColumns extra)
    {
        var columns = new (string? Name, DataViewType Type)[]
        {
            (output, TextDataViewType.Instance),
            (extra.Shares, new VectorDataViewType(NumberDataViewType.Single)),
            (extra.TokensReused, NumberDataViewType.Int64),
            (extra.TokensComputed, NumberDataViewType.Int64),
            (extra.KvBytes, NumberDataViewType.Int64),
            (extra.PrefillMilliseconds, NumberDataViewType.Single),
            (extra.Divergence, NumberDataViewType.Single),
        };
        return [.. columns.Where(c => c.Name is not null).Select(c => new OutputColumn(c.Name!, c.Type))];
    }

    /// <summary>Throws unless question, segments and edges are there and of their types.</summary>
    public static void Check(DataViewSchema schema, GraphKvInputs inputs)
    {
        ColumnErrors.CheckText(schema, inputs.Question);
        CheckVector<TextDataViewType>(schema, inputs.Segments, "a vector of String");
        if (inputs.Edges is { } edges)
            CheckVector<NumberDataViewType>(schema, edges, "a vector of Int32");
    }

    private static void CheckVector<TItem>(DataViewSchema schema, string name, string expected)
        where TItem : DataViewType
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw ColumnErrors.Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (column.Type is not VectorDataViewType { ItemType: TItem item } || (item is NumberDataViewType && item.RawType != typeof(int)))
            throw ColumnErrors.Mismatch(name, expected, column.Type.ToString()!);
    }
}
