using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>Looks tensors up under the names that a network uses, whatever prefix or older spelling a file has.</summary>
/// <param name="weights">The file.</param>
/// <param name="anchor">A tensor that every file of the family has; what stands before it is the prefix.</param>
/// <param name="spelling">The file's name of what the network names; null where both are one.</param>
internal class NamedWeights(Weights weights, string anchor, Func<string, string>? spelling = null)
{
    private readonly Dictionary<string, string> _names = Names(weights, anchor);

    /// <summary>Whether a tensor is there.</summary>
    public virtual bool Contains(string name) => _names.ContainsKey(spelling?.Invoke(name) ?? name);

    /// <summary>Reads a tensor as float32 and checks its shape. The caller owns it.</summary>
    /// <exception cref="InvalidDataException">It is missing, or has another shape; the message says which.</exception>
    public virtual torch.Tensor ReadFloat(string name, params long[] shape)
    {
        name = spelling?.Invoke(name) ?? name;
        if (!_names.TryGetValue(name, out var stored))
            throw new InvalidDataException($"{weights.Origin}: no tensor '{name}'. The file has {weights.Entries.Count} tensors; the model needs this one.");
        var entry = weights.Entries[stored];
        if (!entry.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"{weights.Origin}: tensor '{stored}' has shape [{string.Join(", ", entry.Shape)}]; config.json needs [{string.Join(", ", shape)}]. The folder mixes two models: fetch it again as a whole.");
        }

        var tensor = weights.Read(stored);
        if (tensor.dtype == torch.ScalarType.Float32)
            return tensor;
        using (tensor)
            return tensor.to(torch.ScalarType.Float32);
    }

    private static Dictionary<string, string> Names(Weights weights, string anchor)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var anchored = weights.Entries.Keys.Select(Plain).Where(k => k.EndsWith(anchor, StringComparison.Ordinal)).MinBy(k => k.Length);
        var prefix = anchored is null ? "" : anchored[..^anchor.Length];
        foreach (var stored in weights.Entries.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var name = Plain(stored[prefix.Length..]);
            if (name.EndsWith(".gamma", StringComparison.Ordinal))
                name = name[..^5] + "weight";
            else if (name.EndsWith(".beta", StringComparison.Ordinal))
                name = name[..^4] + "bias";
            names.TryAdd(name, stored);
        }

        return names;
    }

    /// <summary>torch.nn.utils.parametrize keeps a weight that adapters change under another name.</summary>
    private static string Plain(string stored) => stored.Replace(".parametrizations.weight.original", ".weight", StringComparison.Ordinal);
}
