using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>A checkpoint in several files, joined by an index.</summary>
internal sealed class ShardedWeights : Weights
{
    private readonly WeightIndex _index;
    private readonly Dictionary<string, Weights> _shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Opens the index and every shard.</summary>
    /// <param name="indexPath">Path of the index.</param>
    /// <param name="open">Opens one shard.</param>
    /// <exception cref="InvalidDataException">A shard or one of its tensors is missing or broken.</exception>
    public ShardedWeights(string indexPath, Func<string, Weights> open)
    {
        _index = WeightIndex.Read(indexPath);
        var folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
        try
        {
            foreach (var shard in _index.Shards)
                _shards.Add(shard, open(Path.Combine(folder, shard)));
            foreach (var (name, shard) in _index.Files)
                _entries.Add(name, _shards[shard].Entries.TryGetValue(name, out var entry)
                    ? entry
                    : throw CheckpointErrors.Unusable(Origin, $"tensor '{name}' is not in the shard '{shard}'. Fetch the folder again as a whole."));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Origin => _index.Origin;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <inheritdoc/>
    public override torch.Tensor Read(string name) => _index.Files.TryGetValue(name, out var shard)
        ? _shards[shard].Read(name)
        : throw CheckpointErrors.Missing(Origin, name);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var shard in _shards.Values)
            shard.Dispose();
        base.Dispose(disposing);
    }
}
