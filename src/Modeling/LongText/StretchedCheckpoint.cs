using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>A model with a longer table of positions that a package brings as the new rows alone; all else is its base's. Source: LongEmbed, arXiv 2404.12096, section 4.</summary>
internal static class StretchedCheckpoint
{
    /// <summary>Key of the metadata that holds the content hash of the base.</summary>
    public const string BaseHash = "base_content_hash";

    /// <summary>Takes the opened base over.</summary>
    /// <param name="model">The base, a BERT with a table of positions.</param>
    /// <param name="rows">positions.safetensors: the rows between the base's own, and which base they were trained for.</param>
    /// <exception cref="InvalidDataException">The file is broken, or the base is another one than the rows were trained for.</exception>
    public static EmbeddingCheckpoint Of(EmbeddingCheckpoint model, byte[] rows)
    {
        var folder = new TemporaryFolder(model.Name);
        SafetensorsFile? own = null;
        try
        {
            folder.Write("positions.safetensors", rows);
            own = new SafetensorsFile(Path.Combine(folder.Path, "positions.safetensors"));
            var hash = own.Metadata.GetValueOrDefault(BaseHash, "");
            if (hash != model.ContentHash)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{model.Name}: its rows of positions were trained for a base model with the content hash '{hash}'; the package's has '{model.ContentHash}'. Reference the version of the base package that this one names."));
            }

            var weights = new StretchedWeights(own, model.Weights);
            var config = model.Config.EnumerateObject().ToDictionary(p => p.Name, p => (object)p.Value, StringComparer.Ordinal);
            (config["max_position_embeddings"], config["position_stride"]) = (weights.Window, weights.Stride);
            return new()
            {
                Name = model.Name,
                Config = JsonSerializer.SerializeToElement(config),
                Weights = weights,
                Tokenizer = model.Tokenizer,
                Pooling = model.Pooling,
                Prompts = model.Prompts,
                MaxSequenceLength = weights.Window,
                ContentHash = Convert.ToHexString(SHA256.HashData([.. Convert.FromHexString(model.ContentHash), .. SHA256.HashData(rows)])),
                Temporary = folder,
            };
        }
        catch
        {
            own?.Dispose();
            folder.Dispose();
            model.Dispose();
            throw;
        }
    }
}
