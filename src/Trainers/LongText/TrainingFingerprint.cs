using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>A hash of what a run learns from and how, so that it does not go on at another run's checkpoint.</summary>
internal static class TrainingFingerprint
{
    /// <summary>Hashes models, rows and options; precision and memory may change between an end and its continuation.</summary>
    /// <param name="models">Content hashes of the model and of its teacher, if any.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="objective">What is learned.</param>
    /// <param name="options">The options.</param>
    /// <param name="steps">Steps in all.</param>
    public static string Of(IEnumerable<string> models, IReadOnlyList<TrainingRow> rows, TextEmbeddingObjective objective, LongTextTrainingOptions options, long steps)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
        {
            models, steps, options.RowsPerStep, options.Compute.Seed, options.MatryoshkaDimensions, options.Schedule, options.Lora, options.Change, options.Embedding.Pooling, options.Texts.Windows,
            Kind = objective.GetType().Name, Objective = (object)objective,
        })));
        foreach (var row in rows)
        {
            foreach (var text in row.Texts)
            {
                hash.AppendData(BitConverter.GetBytes(text.Length));
                hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
            }

            hash.AppendData(BitConverter.GetBytes(row.Score));
            hash.AppendData(BitConverter.GetBytes(row.Group ?? -1));
            hash.AppendData(MemoryMarshal.AsBytes(row.Target.AsSpan()));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
