using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>Puts low-rank matrices beside a network's products as it is made: an adapter's, or new ones to be trained.</summary>
internal sealed class LoraBuilder
{
    private readonly LoraAdapter? _adapter;
    private readonly LoraSettings? _settings;
    private readonly double _scale;

    /// <summary>Matrices of an adapter.</summary>
    public LoraBuilder(LoraAdapter adapter) => (_adapter, _scale) = (adapter, adapter.Scale);

    /// <summary>New matrices, or an adapter's with the same rank to go on from.</summary>
    public LoraBuilder(LoraSettings settings, LoraAdapter? start) => (_settings, _adapter, _scale) = (settings, start, start?.Scale ?? settings.Alpha / settings.Rank);

    /// <summary>Told each matrix, where in the adapter's file it goes, and its float32 numbers, which live during the call alone; for training.</summary>
    public Action<WeightOrigin, Tensor, Tensor>? Trains { get; init; }

    /// <summary>Whether the base's matrices are [inputs, outputs].</summary>
    public bool Transposed { get; private set; }

    /// <summary>The product with its matrices; null where it gets none.</summary>
    /// <param name="spec">The product's parts.</param>
    /// <param name="inner">The product.</param>
    /// <param name="type">Type of the products.</param>
    /// <param name="device">Where they run.</param>
    /// <exception cref="NotSupportedException">Parts of the product are woven together in the file.</exception>
    public LoraProjection? Adapt(ProjectionSpec spec, Projection inner, ScalarType type, Device device)
    {
        var parts = spec.Parts.Select(p => Part(spec, p, type, device)).ToArray();
        if (Array.TrueForAll(parts, p => p.A is null))
            return null;
        if (parts.Length > 1 && spec.Layout is not (RowLayout.Plain or RowLayout.Transposed))
            throw new NotSupportedException($"{parts[0].Name}: its parts are woven together in this family's files; LoRA is not known for it.");
        Transposed |= spec.Layout == RowLayout.Transposed;
        return new(inner, parts, _scale);
    }

    private LoraPart Part(ProjectionSpec spec, RowsSpec part, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var found = _adapter?.Find(part.Name, spec.Inputs, part.Rows);
        if (found is null && _settings?.Takes(part.Name) != true)
            return new(part.Name, part.Rows, null, null);
        var (a, b) = found is { } known ? (known.A, TransformerWeights.Order(known.B, spec)) : New(part, spec.Inputs);
        Tensor Keep(Tensor x) => x.to(type, device).contiguous().DetachFromDisposeScope();
        var kept = new LoraPart(part.Name, part.Rows, Keep(a), Keep(b));
        Trains?.Invoke(WeightOrigin.Of(part.Name + ".lora_A.weight", kept.A!.shape[0]), kept.A, a);
        Trains?.Invoke(
            WeightOrigin.Of(part.Name + ".lora_B.weight", part.Rows) with
            {
                Layout = spec.Layout == RowLayout.Transposed ? RowLayout.Plain : spec.Layout, LayoutHeads = spec.LayoutHeads,
            },
            kept.B!, b);
        return kept;
    }

    /// <summary>A from ±1 / sqrt(inputs), as PEFT has it; B zero.</summary>
    private (Tensor A, Tensor B) New(RowsSpec part, long inputs)
    {
        var random = new Random(Training.RowStream.HashCode(_settings!.Seed, part.Name.Aggregate(17L, (h, c) => unchecked((h * 31) + c))));
        var reach = 1 / Math.Sqrt(inputs);
        float[] values = [.. Enumerable.Range(0, _settings.Rank * (int)inputs).Select(_ => (float)(((2 * random.NextDouble()) - 1) * reach))];
        return (tensor(values, [_settings.Rank, inputs]), zeros(part.Rows, _settings.Rank));
    }
}
