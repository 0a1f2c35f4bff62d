using System.Text.Json;

namespace ML.Extensions.Tool;

/// <summary>A line of a .jsonl output, a row of a .parquet one.</summary>
/// <param name="Id">A folder's path, else the row's number from 0.</param>
/// <param name="Tokens">Tokens of the whole text.</param>
/// <param name="Embedding">Vector of length 1.</param>
internal sealed record OutputRow(string Id, int Tokens, float[] Embedding)
{
    /// <summary>Names as id, tokens, embedding.</summary>
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
}
