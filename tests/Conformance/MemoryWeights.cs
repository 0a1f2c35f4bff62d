using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.Tests.Conformance;

/// <summary>Weights in managed memory, which oracles read as plain arrays.</summary>
internal class MemoryWeights : Weights
{
    private readonly Dictionary<string, float[]> _values = [];
    private readonly Dictionary<string, TensorEntry> _entries = [];

    public override string Origin => "memory";

    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    public void Add(string name, float[] values, long[] shape)
    {
        _values[name] = values;
        _entries[name] = new(name, ElementType.Float32, shape);
    }

    public float[] Values(string name) => _values[name];

    public override torch.Tensor Read(string name) => torch.tensor(_values[name], _entries[name].Shape);
}
