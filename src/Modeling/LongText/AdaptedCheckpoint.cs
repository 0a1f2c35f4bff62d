using System.Security.Cryptography;
using System.Text;
using ML.Extensions.Checkpoints;
using ML.Extensions.Training;
using ML.Extensions.Transformers;

namespace ML.Extensions.LongText;

/// <summary>A model with a LoRA adapter in PEFT's layout: its matrices are added to the weights as these are read.</summary>
internal static class AdaptedCheckpoint
{
    /// <summary>Names of an adapter's files in a pipeline's file begin with it.</summary>
    public const string Folder = "adapter/";

    /// <summary>Takes the opened model over.</summary>
    /// <param name="model">The base.</param>
    /// <param name="folder">Folder of the adapter; null leaves the base as it is.</param>
    /// <exception cref="InvalidDataException">A file of the adapter is missing or wrong, or it is another model's.</exception>
    /// <exception cref="NotSupportedException">It is another kind of adapter, or the base's family takes none.</exception>
    public static EmbeddingCheckpoint Of(EmbeddingCheckpoint model, string? folder)
    {
        if (folder is null)
            return model;
        LoraAdapter? adapter = null;
        try
        {
            adapter = LoraAdapter.Open(folder);
            return model with
            {
                Weights = new MergedWeights(TrainableFamilies.Read(model.Config, model.Name), model.Weights, adapter) { Owned = [adapter, model.Weights] },
                ContentHash = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(model.ContentHash + LoraAdapter.Hash(folder)))),
            };
        }
        catch
        {
            adapter?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <summary>An adapter's files as bytes, by their names in a pipeline's file.</summary>
    public static IEnumerable<KeyValuePair<string, byte[]>> Read(string? folder) => folder is null ? []
        : LoraAdapter.Files.Select(n => new KeyValuePair<string, byte[]>(Folder + n, File.ReadAllBytes(Path.Combine(folder, n))));

    /// <summary>The model with the adapter whose files are among those of a pipeline's file; as it is where none are.</summary>
    public static EmbeddingCheckpoint Of(EmbeddingCheckpoint model, IReadOnlyDictionary<string, byte[]> files)
    {
        var own = files.Where(f => f.Key.StartsWith(Folder, StringComparison.Ordinal)).ToArray();
        if (own.Length == 0)
            return model;
        using var temporary = new TemporaryFolder("adapter");
        foreach (var (name, bytes) in own)
            temporary.Write(name[Folder.Length..], bytes);
        return Of(model, temporary.Path); // a mapped file outlives its name
    }
}
