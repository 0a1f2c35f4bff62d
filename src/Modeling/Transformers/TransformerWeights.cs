using System.Runtime.InteropServices;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Kernels;
using TorchSharp;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// Reads a network's weights as its spec asks, in one type on one device, and owns them. What is asked for twice is read once.
/// </summary>
/// <param name="weights">The file, under the family's names.</param>
/// <param name="type">Type of the products.</param>
/// <param name="device">Where they stay.</param>
/// <param name="precision">Form of the products' weights.</param>
internal sealed class TransformerWeights(NamedWeights weights, ScalarType type, Device device, Precision precision) : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private long _tied;
    private readonly Dictionary<string, Tensor> _tables = new(StringComparer.Ordinal);

    /// <summary>Whether matrices are packed for products with many rows, as encoders have; decoding reads them row by row.</summary>
    public bool Packs { get; init; }

    /// <summary>Told each tensor that is kept, for a network that is trained; null in inference.</summary>
    public Action<WeightOrigin, Tensor, Tensor>? Trains { get; init; }

    /// <summary>Puts low-rank matrices beside products; null puts none.</summary>
    public LoraBuilder? Lora { get; init; }

    /// <summary>Numbers read so far.</summary>
    public long ParameterCount { get; private set; }

    /// <summary>Bytes of tables, norms and products. A product with the table of words shares its memory.</summary>
    public long Bytes => _owned.Sum(o => o switch
    {
        Tensor tensor => tensor.numel() * tensor.element_size(),
        Projection product => product.Bytes,
        CompactMatrix matrix => matrix.Bytes,
        _ => 0,
    }) - _tied;

    /// <summary>A table of rows, [rows, width].</summary>
    public Tensor Table(string name, long rows, long width)
    {
        if (_tables.TryGetValue(name, out var known))
            return known;
        using var scope = NewDisposeScope();
        var table = Keep(Read(name, rows, width), WeightOrigin.Of(name, rows));
        _tables.Add(name, table);
        return table;
    }

    /// <summary>The table of words, [rows, width].</summary>
    public WordTable Words(string name, long rows, long width)
    {
        using (NewDisposeScope())
        {
            var read = Read(name, rows, width);
            if (Trains is null && Matrix(read) is { } matrix)
            {
                _owned.Add(matrix);
                return new(matrix);
            }

            var table = Keep(read, WeightOrigin.Of(name, rows));
            _tables.TryAdd(name, table);
            return new(table);
        }
    }

    /// <summary>A norm; null for null.</summary>
    public Norm? Norm(NormSpec? spec)
    {
        if (spec is null)
            return null;
        using var scope = NewDisposeScope();
        var weight = Read(spec.Name + ".weight", spec.Width).AddHeld(spec.Offset);
        var bias = spec.Bias ? Keep(Read(spec.Name + ".bias", spec.Width), WeightOrigin.Of(spec.Name + ".bias", spec.Width)) : null;
        return new(spec, Keep(weight, WeightOrigin.Of(spec.Name + ".weight", spec.Width) with { Offset = spec.Offset }), bias);
    }

    /// <summary>A product; null for null.</summary>
    /// <param name="spec">Its parts.</param>
    /// <param name="adapts">Whether it may get low-rank matrices: a layer's product.</param>
    public Projection? Projection(ProjectionSpec? spec, bool adapts = true)
    {
        if (spec is null)
            return null;
        using var scope = NewDisposeScope();
        var rows = spec.Parts.Select(p => spec.Layout == RowLayout.Transposed
            ? Read(p.Name + ".weight", spec.Inputs, p.Rows).t() : Read(p.Name + ".weight", p.Rows, spec.Inputs)).ToArray();
        var biases = spec.Bias ? spec.Parts.Select(p => Read(p.Name + ".bias", p.Rows)).ToArray() : [];
        var weight = Order(rows.Length == 1 ? rows[0] : cat(rows), spec);
        var bias = biases.Length == 0 ? null : Order(biases.Length == 1 ? biases[0] : cat(biases), spec);
        var product = Trains is null ? Product(weight, bias) : Trained(weight, bias, WeightOrigin.Of(spec, ".weight"), WeightOrigin.Of(spec, ".bias"));
        if (!adapts || Lora?.Adapt(spec, product, type, device) is not { } adapted)
            return product;
        _owned.Add(adapted);
        return adapted;
    }

    /// <summary>A product with a table that was read before.</summary>
    public Projection Tied(WordTable table)
    {
        if (Trains is not null)
            return new TiedProjection(table.Floats!);
        using var scope = NewDisposeScope();
        if (table.Product() is { } compact)
            return compact;
        var product = Product(table.Floats!.alias(), null);
        _tied += product is DenseProjection ? product.Bytes : 0;
        return product;
    }

    /// <summary>The head's matrix where it is not the word embedding's; it may have another prefix than the layers.</summary>
    public Projection Head(NamedWeights file, string name, long rows, long width, bool bias)
    {
        using var scope = NewDisposeScope();
        var weight = file.ReadFloat(name + ".weight", rows, width);
        ParameterCount += weight.numel();
        var added = bias ? file.ReadFloat(name + ".bias", rows) : null;
        return Trains is null ? Product(weight, added)
            : Trained(weight, added, WeightOrigin.Of(name + ".weight", rows), WeightOrigin.Of(name + ".bias", rows));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var item in _owned)
            item.Dispose();
        _owned.Clear();
    }

    private TrainedProjection Trained(Tensor weight, Tensor? bias, WeightOrigin weightOrigin, WeightOrigin biasOrigin)
    {
        var product = new TrainedProjection(Place(weight).contiguous().DetachFromDisposeScope(), bias is null ? null : Place(bias).contiguous().DetachFromDisposeScope());
        _owned.Add(product);
        Trains!(weightOrigin, product.Weight, weight);
        if (product.Bias is not null)
            Trains(biasOrigin, product.Bias, bias!);
        return product;
    }

    private Projection Product(Tensor weight, Tensor? bias)
    {
        var kept = bias is null ? null : Place(bias).contiguous().DetachFromDisposeScope();
        var product = Compact(weight, kept) ?? (Packs && device.type == DeviceType.CPU && PackedProducts.Supported
            ? new PackedProjection(Place(weight).contiguous(), kept)
            : new DenseProjection(Place(weight).contiguous().DetachFromDisposeScope(), kept));
        _owned.Add(product);
        return product;
    }

    /// <summary>Products of bytes or of few bits, on the CPU. Weights that come from few bits stay in them: the same numbers, read faster.</summary>
    private Projection? Compact(Tensor weight, Tensor? bias)
    {
        if (precision == Precision.BFloat16 || device.type != DeviceType.CPU)
            return null;
        if (precision == Precision.Int8)
            return new Int8Projection(new(Floats(weight), default, (int)weight.shape[0], (int)weight.shape[1]), bias);
        return Matrix(weight) is { } matrix ? new CompactProjection(matrix, bias) : null;
    }

    private CompactMatrix? Matrix(Tensor weight)
    {
        if (precision is not (Precision.Float32 or Precision.Int8Weights) || device.type != DeviceType.CPU)
            return null;
        var (outputs, inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        return LosslessBlocks.Pack(Floats(weight), outputs, inputs)
            ?? (precision == Precision.Int8Weights ? ByteMatrix.Of(Floats(weight), outputs, inputs) : null);
    }

    private static Span<float> Floats(Tensor weight) => MemoryMarshal.Cast<byte, float>(weight.contiguous().bytes); // the scope keeps the copy

    /// <summary>Brings rows into our order.</summary>
    public static Tensor Order(Tensor rows, ProjectionSpec spec)
    {
        switch (spec.Layout)
        {
            case RowLayout.PerHead:
                var width = spec.Outputs / (3 * spec.LayoutHeads);
                return rows.view([spec.LayoutHeads, 3, width, .. rows.shape[1..]]).transpose(0, 1).reshape(rows.shape);
            case RowLayout.SwappedHalves:
                return rows.roll(rows.shape[0] / 2, 0);
            default:
                return rows;
        }
    }

    private Tensor Read(string name, params long[] shape)
    {
        var read = weights.ReadFloat(name, shape);
        ParameterCount += read.numel();
        return read;
    }

    private Tensor Place(Tensor read) => read.to(type, device);

    /// <summary>Keeps a table or a norm; float32 where it is trained.</summary>
    private Tensor Keep(Tensor read, WeightOrigin origin)
    {
        if (Trains is null)
            return Own(Place(read));
        var kept = Own(read.to(ScalarType.Float32, device));
        Trains(origin, kept, kept);
        return kept;
    }

    private Tensor Own(Tensor tensor)
    {
        tensor.DetachFromDisposeScope();
        _owned.Add(tensor);
        return tensor;
    }
}
