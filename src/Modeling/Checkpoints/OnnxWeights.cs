using System.Buffers.Binary;
using System.Text;
using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>
/// The initializers of an ONNX file under their Hugging Face names. A weight that export has folded into a product has
/// lost its name and lies transposed; the bias that is added to the product gives the name back.
/// </summary>
internal sealed class OnnxWeights : Weights
{
    private readonly Dictionary<string, Initializer> _initializers = new(StringComparer.Ordinal);

    /// <summary>Reads the wire format; the weights stay in <paramref name="file"/>.</summary>
    /// <exception cref="InvalidDataException">Not an ONNX file, or one cut short.</exception>
    public OnnxWeights(byte[] file, string origin)
    {
        Origin = origin;
        var raw = new Dictionary<string, Initializer>(StringComparer.Ordinal);
        var nodes = new List<Node>();
        foreach (var graph in Fields(file, 7, origin))
        {
            foreach (var node in Fields(graph, 1, origin))
                nodes.Add(ReadNode(node, origin));
            foreach (var tensor in Fields(graph, 5, origin))
            {
                var (name, initializer) = ReadTensor(tensor, origin);
                raw[name] = initializer;
            }
        }

        if (raw.Count == 0)
            throw new InvalidDataException($"{origin}: no weights in the ONNX file.");
        Rename(raw, nodes);
        Entries = _initializers.ToDictionary(p => p.Key, p => p.Value.Entry(p.Key), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override string Origin { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public override torch.Tensor Read(string name)
    {
        var t = _initializers[name];
        using var scope = torch.NewDisposeScope();
        if (t.Type == ElementType.Int64)
        {
            var longs = new long[t.Data.Length / 8];
            for (var i = 0; i < longs.Length; i++)
                longs[i] = BinaryPrimitives.ReadInt64LittleEndian(t.Data.Span[(i * 8)..]);
            return torch.tensor(longs, t.Shape).MoveToOuterDisposeScope();
        }

        var floats = new float[t.Data.Length / 4];
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(t.Data.Span).CopyTo(floats);
        var stored = torch.tensor(floats, t.Shape);
        return (t.Transposed ? stored.t().contiguous() : stored).MoveToOuterDisposeScope();
    }

    private void Rename(Dictionary<string, Initializer> raw, List<Node> nodes)
    {
        var adds = nodes.Where(n => n.Op == "Add").SelectMany(n => n.Inputs.Select(i => (Input: i, Node: n)))
            .ToLookup(x => x.Input, x => x.Node, StringComparer.Ordinal);
        var renamed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var product in nodes.Where(n => n is { Op: "MatMul", Inputs.Count: 2, Outputs.Count: 1 }))
        {
            if (!raw.TryGetValue(product.Inputs[1], out var weight) || weight.Shape.Length != 2)
                continue;
            var bias = adds[product.Outputs[0]].SelectMany(a => a.Inputs)
                .FirstOrDefault(i => i.EndsWith(".bias", StringComparison.Ordinal) && raw.ContainsKey(i));
            if (bias is null)
                continue;
            _initializers[string.Concat(bias.AsSpan(0, bias.Length - 4), "weight")] = weight with { Transposed = true };
            renamed.Add(product.Inputs[1]);
        }

        foreach (var (name, initializer) in raw)
        {
            if (!renamed.Contains(name))
                _initializers.TryAdd(name, initializer);
        }
    }

    private static Node ReadNode(ReadOnlyMemory<byte> node, string origin) => new(
        Fields(node, 4, origin).Select(Utf8).FirstOrDefault() ?? "",
        [.. Fields(node, 1, origin).Select(Utf8)],
        [.. Fields(node, 2, origin).Select(Utf8)]);

    private static (string Name, Initializer Initializer) ReadTensor(ReadOnlyMemory<byte> tensor, string origin)
    {
        var name = Fields(tensor, 8, origin).Select(Utf8).FirstOrDefault() ?? "";
        var shape = new List<long>();
        long type = 0;
        foreach (var (field, value, bytes) in ProtobufReader.Read(tensor, origin))
        {
            if (field == 1 && bytes is { } packed)
                shape.AddRange(ProtobufReader.Varints(packed, origin));
            else if (field == 1)
                shape.Add(value);
            else if (field == 2)
                type = value;
        }

        var data = Fields(tensor, 9, origin).FirstOrDefault();
        var (element, size) = type switch
        {
            1 => (ElementType.Float32, 4),
            7 => (ElementType.Int64, 8),
            _ => throw new InvalidDataException($"{origin}: initializer '{name}' has ONNX data type {type}; known are 1 (float) and 7 (int64)."),
        };
        decimal expected = size;
        foreach (var d in shape)
            expected *= d is >= 0 and < int.MaxValue ? d : throw new InvalidDataException($"{origin}: initializer '{name}' has dimension {d}.");
        if (expected != data.Length)
            throw new InvalidDataException($"{origin}: initializer '{name}' of shape [{string.Join(", ", shape)}] has {data.Length} bytes; expected {expected}.");
        return (name, new(element, [.. shape], data, false));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int field, string origin) =>
        ProtobufReader.Read(message, origin).Where(f => f.Field == field && f.Bytes is not null).Select(f => f.Bytes!.Value);

    private static string Utf8(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private sealed record Node(string Op, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);

    private sealed record Initializer(ElementType Type, long[] Shape, ReadOnlyMemory<byte> Data, bool Transposed)
    {
        public TensorEntry Entry(string name) => new(name, Type, Transposed ? [Shape[1], Shape[0]] : Shape);
    }
}
