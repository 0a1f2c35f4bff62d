using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.Tests.Transformers;

/// <summary>A file's tensors under other names, as another library would have saved them.</summary>
internal sealed class RenamedWeights : Weights
{
    private readonly Weights _inner;
    private readonly Dictionary<string, string> _names;

    public RenamedWeights(Weights inner, Func<string, string> rename)
    {
        _inner = inner;
        _names = inner.Entries.Keys.ToDictionary(rename, k => k, StringComparer.Ordinal);
        Entries = _names.ToDictionary(n => n.Key, n => inner.Entries[n.Value] with { Name = n.Key }, StringComparer.Ordinal);
    }

    public override string Origin => _inner.Origin;

    public override IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    public override torch.Tensor Read(string name) => _inner.Read(_names[name]);
}
