using System.Text.Json;

namespace ML.Extensions.Checkpoints;

/// <summary>An index of shards: which file holds which tensor.</summary>
/// <param name="Origin">File name, for messages.</param>
/// <param name="Files">File name of each tensor's shard, by tensor name.</param>
internal sealed record WeightIndex(string Origin, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>Names of the shards, sorted.</summary>
    public IReadOnlyList<string> Shards { get; } = [.. Files.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads and checks an index; its shards have to lie beside it.</summary>
    /// <exception cref="InvalidDataException">It is no index, names a file elsewhere or one that is missing.</exception>
    public static WeightIndex Read(string path)
    {
        var origin = Path.GetFileName(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using var json = JsonFile.Open(path);
        if (!json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            throw CheckpointErrors.Broken(origin, "it has no object 'weight_map'.");
        foreach (var pair in map.EnumerateObject())
        {
            var file = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : throw CheckpointErrors.Broken(origin, $"the shard of tensor '{pair.Name}' is not a string.");
            if (file is "" or "." or ".." || file.AsSpan().ContainsAny("/\\:\0"))
                throw CheckpointErrors.Unusable(origin, $"the shard of tensor '{pair.Name}' is '{file}'; only plain names of files beside the index are allowed.");
            if (!files.TryAdd(pair.Name, file))
                throw CheckpointErrors.Broken(origin, $"tensor '{pair.Name}' occurs twice.");
        }

        var index = new WeightIndex(origin, files);
        if (index.Shards.FirstOrDefault(s => !File.Exists(Path.Combine(folder, s))) is { } missing)
            throw CheckpointErrors.Unusable(origin, $"the shard '{missing}' is not in {folder}. Fetch the folder again as a whole.");
        return index;
    }
}
