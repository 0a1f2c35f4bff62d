using ML.Extensions.Kernels;
using TorchSharp;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>The tensors of a GGUF file under Hugging Face's names, in its layout.</summary>
internal sealed class GgufWeights : Weights
{
    private readonly GgufArchitecture _architecture;
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _stored = new(StringComparer.Ordinal);
    private readonly long _heads, _keyHeads;

    /// <summary>Names every tensor of an open file, which goes with this.</summary>
    /// <exception cref="InvalidDataException">A tensor has no place in the architecture.</exception>
    public GgufWeights(GgufFile file, GgufArchitecture architecture, GgufFields fields)
    {
        (File, _architecture) = (file, architecture);
        _heads = fields.Needed("attention.head_count");
        _keyHeads = fields.Whole("attention.head_count_kv") ?? _heads;
        foreach (var tensor in file.Tensors.Values.Where(t => !IsAside(t.Name)))
        {
            var name = architecture.NameOf(tensor.Name) ?? throw CheckpointErrors.Unusable(
                file.Origin, $"tensor '{tensor.Name}' has no place in a model of model_type '{architecture.ModelType}'.");
            var shape = Transposed(tensor.Name, tensor.Shape) ? [tensor.Shape[1], tensor.Shape[0]] : tensor.Shape;
            if (!_entries.TryAdd(name, new(name, Shifted(tensor.Name) ? ElementType.Float32 : tensor.Type.Element, shape)))
                throw CheckpointErrors.Broken(file.Origin, $"two tensors are '{name}'.");
            _stored.Add(name, tensor.Name);
        }
    }

    /// <summary>The file, whose blocks can be read as they are.</summary>
    public GgufFile File { get; }

    /// <inheritdoc/>
    public override string Origin => File.Origin;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <summary>The file's own name of a tensor.</summary>
    public string StoredName(string name) => _stored.TryGetValue(name, out var stored) ? stored : throw CheckpointErrors.Missing(Origin, name);

    /// <inheritdoc/>
    public override torch.Tensor Read(string name)
    {
        var stored = StoredName(name);
        using var scope = torch.NewDisposeScope();
        var tensor = File.Read(stored);
        if (Transposed(stored, tensor.shape))
            tensor = tensor.t().contiguous();
        else if (Shifted(stored))
            tensor = tensor.to(torch.ScalarType.Float32).Plus(-1);
        else if (HeadsOf(stored) is { } heads)
            tensor = Halves(tensor, heads, name);
        else if (_architecture.MixedHeads && stored.Contains(".attn_qkv.", StringComparison.Ordinal))
            tensor = PerHead(tensor, name);
        return tensor.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        File.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Tensors that the config has taken, or that no network reads.</summary>
    private static bool IsAside(string name) => name.StartsWith("rope_f", StringComparison.Ordinal) || name.StartsWith("cls", StringComparison.Ordinal)
        || name.EndsWith(".attn_rot_embd", StringComparison.Ordinal) || name.EndsWith(".rope_freqs.weight", StringComparison.Ordinal);

    private bool Shifted(string stored) => _architecture.ShiftedNorms && stored.EndsWith("norm.weight", StringComparison.Ordinal);

    private bool Transposed(string stored, long[] shape) =>
        _architecture.TransposedProducts && shape.Length == 2 && stored.StartsWith("blk.", StringComparison.Ordinal);

    private long? HeadsOf(string stored) => !_architecture.Interleaved ? null
        : stored.Contains(".attn_q.", StringComparison.Ordinal) ? _heads
        : stored.Contains(".attn_k.", StringComparison.Ordinal) ? _keyHeads : null;

    /// <summary>Rows 0, 1, 2, 3, … of a head become 0, 2, …, 1, 3, …</summary>
    private torch.Tensor Halves(torch.Tensor rows, long heads, string name)
    {
        var shape = rows.shape;
        if (shape.Length == 0 || shape[0] % (2 * heads) != 0)
            throw CheckpointErrors.Unusable(Origin, $"tensor '{name}' has shape {CheckpointErrors.Text(shape)}; expected even rows for each of {heads} heads.");
        return rows.view([heads, shape[0] / heads / 2, 2, .. shape[1..]]).transpose(1, 2).reshape(shape);
    }

    /// <summary>Query, key and value one behind the other become those of the first head, of the second, …</summary>
    private torch.Tensor PerHead(torch.Tensor rows, string name)
    {
        var shape = rows.shape;
        if (shape.Length == 0 || shape[0] % (3 * _heads) != 0)
            throw CheckpointErrors.Unusable(Origin, $"tensor '{name}' has shape {CheckpointErrors.Text(shape)}; expected query, key and value of {_heads} heads.");
        return rows.view([3, _heads, shape[0] / 3 / _heads, .. shape[1..]]).transpose(0, 1).reshape(shape);
    }
}
