using ML.Extensions.Checkpoints;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A base model's weights with an adapter's matrices added: W + scale · B A, float32. Both stay the caller's, unless they are owned.</summary>
internal sealed class MergedWeights : Weights
{
    private readonly Weights _weights;
    private readonly LoraAdapter _adapter;
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ProjectionSpec Product, RowsSpec Part)> _changed = new(StringComparer.Ordinal);

    /// <summary>Finds what the adapter changes.</summary>
    /// <exception cref="InvalidDataException">The adapter is another model's.</exception>
    public MergedWeights(TransformerSpec spec, Weights weights, LoraAdapter adapter)
    {
        (_weights, _adapter) = (weights, adapter);
        foreach (var product in spec.Blocks.SelectMany(b => new[] { b.Attention.Inputs, b.Attention.Output, b.FeedForward.Up, b.FeedForward.Down }))
            foreach (var part in product.Parts)
                Note(product, part);
        adapter.CheckUsed(spec.Family);
        foreach (var (name, entry) in weights.Entries)
            _entries.Add(name, _changed.ContainsKey(name) ? entry with { Type = ElementType.Float32 } : entry);
    }

    /// <summary>What is disposed with this.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <inheritdoc/>
    public override string Origin => _weights.Origin;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <inheritdoc/>
    public override Tensor Read(string name)
    {
        if (!_changed.TryGetValue(name, out var changed))
            return _weights.Read(name);
        using var scope = NewDisposeScope();
        var (a, b) = _adapter.Find(changed.Part.Name, changed.Product.Inputs, changed.Part.Rows)!.Value; // rows in the file's order
        var added = matmul(b, a).Times(_adapter.Scale);
        return (_weights.Read(name).to(ScalarType.Float32).Plus(changed.Product.Layout == RowLayout.Transposed ? added.t() : added)).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var item in Owned)
            item.Dispose();
        base.Dispose(disposing);
    }

    private void Note(ProjectionSpec product, RowsSpec part)
    {
        if (_adapter.Find(part.Name, product.Inputs, part.Rows) is not { } found)
            return;
        found.A.Dispose();
        found.B.Dispose();
        var end = part.Name + ".weight";
        var stored = _weights.Entries.Keys.FirstOrDefault(k => k == end || k.EndsWith("." + end, StringComparison.Ordinal))
            ?? throw CheckpointErrors.Unusable(_weights.Origin, $"no tensor '{end}'.");
        _changed.Add(stored, (product, part));
    }
}
