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
        ("model.onnx", OnnxWeights.Open, false),
        ("onnx/model.onnx", OnnxWeights.Open, false),
    ];

    /// <summary>Opens the first of model.safetensors, its index, pytorch_model.bin, its index, model.onnx and onnx/model.onnx that is there.</summary>
    /// <exception cref="InvalidDataException">There are none, or they are broken.</exception>
    public static Weights Open(string folder)
    {
        var (name, open, _) = Find(folder);
        return open(Path.Combine(folder, name));
    }

    /// <summary>Opens a single file of weights by its name's end; null if that is none of ours (a .bin may be llama2.c's).</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static Weights? OpenFile(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? new SafetensorsFile(path)
        : path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? OnnxWeights.Open(path)
        : path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) && !Llama2File.IsOne(path) ? new PickleWeights(path) : null;

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
