using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>
/// The initializers of an ONNX file under their Hugging Face names. Field numbers: onnx.proto3 of github.com/onnx/onnx.
/// </summary>
/// <remarks>
/// Export folds a linear layer's weight into a nameless [in, out] operand of MatMul. The bias that is added next kept its
/// name and gives the weight's; without a bias the product's own name does. Such a weight is read as [out, in].
/// </remarks>
internal sealed class OnnxWeights : Weights
{
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Data> _data = new(StringComparer.Ordinal);
    private byte[]? _bytes;

    /// <summary>Reads a whole stream.</summary>
    /// <param name="stream">The ONNX file, from here to its end.</param>
    /// <param name="origin">Name for messages.</param>
    public OnnxWeights(Stream stream, string origin)
        : this(ReadAll(stream), origin)
    {
    }

    /// <summary>Takes the bytes of a file; they must not change afterwards.</summary>
    /// <param name="bytes">The ONNX file.</param>
    /// <param name="origin">Name for messages.</param>
    /// <exception cref="InvalidDataException">The file breaks the format or keeps a tensor elsewhere.</exception>
    public OnnxWeights(byte[] bytes, string origin)
    {
        (_bytes, Origin) = (bytes, origin);
        var nodes = new List<Node>();
        var found = false;
        for (var model = new ProtoReader(bytes, 0, bytes.Length, origin); model.Next();)
            if (model.Field == 7)
            {
                found = true;
                for (var graph = model.Message(); graph.Next();)
                    if (graph.Field == 1)
                        nodes.Add(ReadNode(graph.Message()));
                    else if (graph.Field == 5)
                        ReadInitializer(graph.Message());
            }

        if (!found)
            throw CheckpointErrors.Broken(origin, "it holds no ONNX graph.");
        NameFolded(nodes);
    }

    /// <inheritdoc/>
    public override string Origin { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is larger than 2 GiB, breaks the format or keeps a tensor elsewhere.</exception>
    public static OnnxWeights Open(string path)
    {
        using var stream = File.OpenRead(path);
        return stream.Length <= Array.MaxLength ? new(stream, Path.GetFileName(path)) : throw CheckpointErrors.Unusable(
            Path.GetFileName(path), $"it has {stream.Length} bytes; ONNX files of at most {Array.MaxLength} are read.");
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <inheritdoc/>
    public override torch.Tensor Read(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw CheckpointErrors.Missing(Origin, name);
        var bytes = _bytes ?? throw new ObjectDisposedException(nameof(OnnxWeights));
        var data = _data[name];
        long[] stored = data.Transposed ? [entry.Shape[1], entry.Shape[0]] : entry.Shape;
        var tensor = TensorBytes.Make(entry.Type, stored,
            (offset, target) => bytes.AsSpan((int)(data.Start + offset), target.Length).CopyTo(target));
        if (!data.Transposed)
            return tensor;
        using (tensor)
        using (var view = tensor.t())
            return view.contiguous();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _bytes = null;
        base.Dispose(disposing);
    }

    private static byte[] ReadAll(Stream stream)
    {
        if (!stream.CanSeek)
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }

        var bytes = new byte[checked((int)(stream.Length - stream.Position))];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Node ReadNode(ProtoReader node)
    {
        var read = new Node();
        while (node.Next())
            if (node.Field == 1)
                read.Inputs.Add(node.Text());
            else if (node.Field == 2)
                read.Outputs.Add(node.Text());
            else if (node.Field == 3)
                read.Name = node.Text();
            else if (node.Field == 4)
                read.Op = node.Text();
        return read;
    }

    private void ReadInitializer(ProtoReader tensor)
    {
        var (name, code, external, start, end) = ("", 0L, false, -1, 0);
        var dims = new List<long>();
        while (tensor.Next())
            switch (tensor.Field)
            {
                case 1:
                    tensor.AddNumbers(dims);
                    break;
                case 2:
                    code = tensor.Number();
                    break;
                case 8:
                    name = tensor.Text();
                    break;
                case 9:
                    (start, end) = tensor.Wire == 2 ? (tensor.Start, tensor.End) : (-1, 0);
                    break;
                case 14:
                    external = tensor.Number() == 1;
                    break;
            }

        ElementType type = code switch
        {
            1 => ElementType.Float32,
            2 => ElementType.UInt8,
            3 => ElementType.Int8,
            5 => ElementType.Int16,
            6 => ElementType.Int32,
            7 => ElementType.Int64,
            9 => ElementType.Boolean,
            10 => ElementType.Float16,
            11 => ElementType.Float64,
            16 => ElementType.BFloat16,
            _ => throw CheckpointErrors.Unusable(Origin, $"initializer '{name}' has the ONNX data type {code}; known are 1, 2, 3, 5, 6, 7, 9, 10, 11 and 16."),
        };
        long[] shape = [.. dims];
        var size = type.Bytes(shape) ?? throw CheckpointErrors.Broken(Origin, $"initializer '{name}' has the impossible shape {CheckpointErrors.Text(shape)}.");
        if (external || (start < 0 && size > 0))
            throw CheckpointErrors.Unusable(Origin, $"initializer '{name}' does not keep its values in raw_data{(external ? " but in another file" : "")}; only raw_data is read.");
        if (end - Math.Max(start, 0) != size)
            throw CheckpointErrors.Broken(Origin, $"initializer '{name}' of shape {CheckpointErrors.Text(shape)} needs {size} bytes; it has {end - Math.Max(start, 0)}.");
        if (!_entries.TryAdd(name, new TensorEntry(name, type, shape)))
            throw CheckpointErrors.Broken(Origin, $"initializer '{name}' occurs twice.");
        _data[name] = new Data(Math.Max(start, 0), false);
    }

    /// <summary>Gives folded weights the name of the bias that follows, or of the product's place ("/layer/0/query/MatMul"); others keep their own.</summary>
    private void NameFolded(List<Node> nodes)
    {
        var adds = nodes.Where(n => n.Op == "Add").SelectMany(n => n.Inputs.Select(i => (Input: i, Node: n))).ToLookup(x => x.Input, x => x.Node);
        foreach (var product in nodes.Where(n => n is { Op: "MatMul", Inputs.Count: 2, Outputs.Count: 1 }))
        {
            var stored = product.Inputs[1];
            if (!_entries.TryGetValue(stored, out var entry) || entry.Shape.Length != 2)
                continue;
            var scope = product.Name.EndsWith("/MatMul", StringComparison.Ordinal) ? product.Name[..^"MatMul".Length].Trim('/').Replace('/', '.') + ".weight" : "";
            var biases = adds[product.Outputs[0]].SelectMany(a => a.Inputs)
                .Where(i => i.EndsWith(".bias", StringComparison.Ordinal) && _entries.ContainsKey(i)).Distinct().ToArray();
            var name = biases is [var bias] ? bias[..^"bias".Length] + "weight" : stored.StartsWith("onnx::", StringComparison.Ordinal) ? scope : "";
            if (name.Length <= ".weight".Length || _entries.ContainsKey(name))
                continue;
            _entries.Add(name, new TensorEntry(name, entry.Type, [entry.Shape[1], entry.Shape[0]]));
            _data.Add(name, new Data(_data[stored].Start, true));
            _entries.Remove(stored);
        }
    }

    private readonly record struct Data(int Start, bool Transposed);

    private sealed class Node
    {
        public string Name { get; set; } = "";

        public string Op { get; set; } = "";

        public List<string> Inputs { get; } = [];

        public List<string> Outputs { get; } = [];
    }
}
