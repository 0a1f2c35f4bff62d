using Microsoft.ML.Data;

namespace ML.Extensions.LongText;

/// <summary>The columns that an embedder adds, in this order; absent ones are left out.</summary>
internal static class LongTextColumns
{
    /// <summary>Embedding first, then the extra columns that the options name.</summary>
    public static IReadOnlyList<OutputColumn> Of(string output, int dimensions, LongTextEmbeddingOptions options)
    {
        var extra = options.Columns;
        var columns = new (string? Name, DataViewType Type)[]
        {
            (output, EmbeddingType(dimensions, options.Output.Format)),
            (extra.TokenCount, NumberDataViewType.Int32),
            (extra.TokensUsed, NumberDataViewType.Int32),
            (extra.ExtensionUsed, TextDataViewType.Instance),
            (extra.ChunkVectors, new VectorDataViewType(NumberDataViewType.Single)),
            (extra.ChunkOffsets, new VectorDataViewType(NumberDataViewType.Int32)),
            (extra.FirstWindow, new VectorDataViewType(NumberDataViewType.Single, dimensions)),
        };
        return [.. columns.Where(c => c.Name is not null).Select(c => new OutputColumn(c.Name!, c.Type))];
    }

    /// <summary>Type of the embedding column.</summary>
    public static VectorDataViewType EmbeddingType(int dimensions, EmbeddingFormat format) => format switch
    {
        EmbeddingFormat.SignedBinary => new(NumberDataViewType.SByte, (dimensions + 7) / 8),
        EmbeddingFormat.UInt8 => new(NumberDataViewType.Byte, dimensions),
        EmbeddingFormat.Int8 => new(NumberDataViewType.SByte, dimensions),
        EmbeddingFormat.Binary => new(NumberDataViewType.Byte, (dimensions + 7) / 8),
        _ => new(NumberDataViewType.Single, dimensions),
    };
}
