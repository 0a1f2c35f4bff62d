using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ML.Extensions.GraphKv;

/// <summary>A hash of what a run learns from and how, so that it does not go on at another run's checkpoint.</summary>
internal static class AnswerFingerprint
{
    /// <summary>Hashes model, rows and options; precision and memory may change between an end and its continuation.</summary>
    /// <param name="model">Content hash of the base.</param>
    /// <param name="prefix">Ids before all segments.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">The options.</param>
    /// <param name="steps">Steps in all.</param>
    public static string Of(string model, int[] prefix, IReadOnlyList<AnswerExample> rows, GraphKvTrainingOptions options, long steps)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(ReadOnlySpan<int> ids)
        {
            hash.AppendData(BitConverter.GetBytes(ids.Length));
            hash.AppendData(MemoryMarshal.AsBytes(ids));
        }

        var plans = options.Plans.Select(SavedPlan.Text);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { model, steps, plans, options.RowsPerStep, options.Compute.Seed, options.Schedule, options.Lora })));
        Add(prefix);
        foreach (var row in rows)
        {
            foreach (var segment in row.Segments)
                Add(segment);
            Add([.. row.Edges.SelectMany(e => new[] { e.Source, e.Target })]);
            foreach (var asked in row.Questions)
            {
                Add(asked.Question);
                Add(asked.Answer);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
