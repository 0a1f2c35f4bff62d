using System.Security.Cryptography;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>A rotary twin that a package brings without its word embeddings: they and all else are its teacher's.</summary>
internal static class RotaryTwinCheckpoint
{
    /// <summary>Takes the opened teacher over.</summary>
    /// <param name="teacher">The model whose words, vocabulary, pooling and prompts the twin has.</param>
    /// <param name="weights">The twin's model.safetensors.</param>
    /// <param name="config">The twin's config.json.</param>
    /// <exception cref="InvalidDataException">A file is broken; the message says which.</exception>
    public static EmbeddingCheckpoint Of(EmbeddingCheckpoint teacher, byte[] weights, byte[] config)
    {
        var folder = new TemporaryFolder(teacher.Name);
        try
        {
            folder.Write("model.safetensors", weights);
            folder.Write("config.json", config);
            using var read = JsonFile.Open(Path.Combine(folder.Path, "config.json"));
            var own = new SafetensorsFile(Path.Combine(folder.Path, "model.safetensors"));
            return new()
            {
                Name = teacher.Name,
                Config = read.RootElement.Clone(),
                Weights = new RotaryTwinWeights(own, teacher.Weights, teacher.Tokenizer.Prefix[0]),
                Tokenizer = teacher.Tokenizer,
                Pooling = teacher.Pooling,
                Prompts = teacher.Prompts,
                MaxSequenceLength = teacher.MaxSequenceLength,
                ContentHash = Convert.ToHexString(SHA256.HashData([.. Convert.FromHexString(teacher.ContentHash), .. SHA256.HashData(weights), .. SHA256.HashData(config)])),
                Temporary = folder,
            };
        }
        catch
        {
            folder.Dispose();
            teacher.Dispose();
            throw;
        }
    }
}
