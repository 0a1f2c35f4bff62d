using Microsoft.ML;

namespace ML.Extensions;

/// <summary>Which of the asked columns are the source's and which the transformer's.</summary>
/// <param name="Kept">Per source column: asked for by the caller.</param>
/// <param name="Outputs">Per output column: asked for.</param>
/// <param name="Inputs">Names the kernel reads, if any output was asked for.</param>
internal sealed record ColumnSplit(bool[] Kept, bool[] Outputs, IReadOnlyList<string> Inputs)
{
    /// <summary>Whether the kernel has to run at all.</summary>
    public bool Computes => Outputs.Any(o => o);

    /// <summary>Splits by index: ours follow the source's.</summary>
    public static ColumnSplit Of(
        BatchedTransformer transformer, DataViewSchema source, IEnumerable<DataViewSchema.Column> needed)
    {
        var kept = new bool[source.Count];
        var outputs = new bool[transformer.OutputColumns.Count];
        foreach (var column in needed)
        {
            if (column.Index < kept.Length)
                kept[column.Index] = true;
            else
                outputs[column.Index - kept.Length] = true;
        }

        return new(kept, outputs, outputs.Any(o => o) ? transformer.InputColumns : []);
    }

    /// <summary>Columns to ask the source for.</summary>
    public IEnumerable<DataViewSchema.Column> SourceColumns(DataViewSchema source) =>
        source.Where(c => Kept[c.Index]).Concat(Inputs.Select(name => source[name])).DistinctBy(c => c.Index);
}
