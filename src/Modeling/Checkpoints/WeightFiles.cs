namespace ML.Extensions.Checkpoints;

/// <summary>Finds and opens the weights of a folder.</summary>
internal static class WeightFiles
{
    private static readonly (string Name, Func<string, Weights> Open, bool Index)[] Known =
    [
        ("model.safetensors", path => new SafetensorsFile(path), false),
        ("model.safetensors.index.json", path => new ShardedWeights(path, shard => new SafetensorsFile(shard)), true),
        ("pytorch_model.bin", path => new PickleWeights(path), false),
        ("pytorch_model.bin.index.json", path => new ShardedWeights(path, shard => new PickleWeights(shard)), true),
    ];

    /// <summary>Opens the first of model.safetensors, its index, pytorch_model.bin and its index that is there.</summary>
    /// <exception cref="InvalidDataException">There are none, or they are broken.</exception>
    public static Weights Open(string folder)
    {
        var (name, open, _) = Find(folder);
        return open(Path.Combine(folder, name));
    }

    /// <summary>Names of the files that <see cref="Open"/> reads.</summary>
    public static IReadOnlyList<string> Names(string folder)
    {
        var (name, _, index) = Find(folder);
        return index ? [name, .. WeightIndex.Read(Path.Combine(folder, name)).Shards] : [name];
    }

    private static (string Name, Func<string, Weights> Open, bool Index) Find(string folder)
    {
        foreach (var kind in Known)
            if (File.Exists(Path.Combine(folder, kind.Name)))
                return kind;
        throw CheckpointErrors.Unusable(folder, $"there are no weights. Looked for {string.Join(", ", Known.Select(k => k.Name))}.");
    }
}
