using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace ML.Extensions.Tool;

/// <summary>Turns a .jsonl output into parquet: id (text), tokens (int32), embedding (list of float32).</summary>
internal static class ParquetOutput
{
    private const int RowsPerGroup = 10_000;

    public static bool Is(string path) => Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a parquet file, a row group for every 10,000 lines.</summary>
    public static async Task Write(string jsonl, string parquet, int dimensions, CancellationToken cancellation)
    {
        var (id, tokens, element) = (new DataField<string>("id", false), new DataField<int>("tokens"), new DataField<float>("element", false));
        var schema = new ParquetSchema(id, tokens, new ListField("embedding", element));
        var file = File.Create(parquet);
        await using var _ = file.ConfigureAwait(false);
        var writer = await ParquetWriter.CreateAsync(schema, file, cancellationToken: cancellation).ConfigureAwait(false);
        await using var __ = writer.ConfigureAwait(false);
        foreach (var lines in File.ReadLines(jsonl).Chunk(RowsPerGroup))
        {
            var rows = lines.Select(l => JsonSerializer.Deserialize<OutputRow>(l, OutputRow.Json)!).ToArray();
            float[] values = [.. rows.SelectMany(r => r.Embedding)];
            var defined = new int[values.Length];
            Array.Fill(defined, element.MaxDefinitionLevel);
            var repeated = new int[values.Length]; // 0 begins a row
            for (var i = 0; i < repeated.Length; i++)
                repeated[i] = i % dimensions == 0 ? 0 : element.MaxRepetitionLevel;
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(id, rows.Select(r => r.Id).ToArray()).ConfigureAwait(false);
            await group.WriteAsync<int>(tokens, rows.Select(r => r.Tokens).ToArray().AsMemory(), cancellationToken: cancellation).ConfigureAwait(false);
            await group.WriteAllPartsAsync<float>(element, values, defined, repeated, cancellationToken: cancellation).ConfigureAwait(false);
        }
    }
}
