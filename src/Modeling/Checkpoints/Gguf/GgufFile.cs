using System.Buffers.Binary;
using System.Globalization;
using TorchSharp;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>
/// A GGUF file of version 2 or 3, mapped into memory: a header, metadata, descriptions of tensors, their bytes. Everything is
/// checked when it is opened; values are read when asked for. Source: docs/gguf.md of github.com/ggml-org/ggml.
/// </summary>
internal sealed class GgufFile : IDisposable
{
    private const int MostKeys = 1 << 16, MostTensors = 1 << 16, MostDimensions = 4, MostAlignment = 1 << 20;
    private readonly MappedFile _file;
    private readonly Dictionary<string, GgufValue> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Opens the file and checks its whole header.</summary>
    /// <exception cref="InvalidDataException">The file breaks the format, or is of version 1.</exception>
    public GgufFile(string path)
    {
        _file = new MappedFile(path);
        try
        {
            ReadHeader();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>File name, for messages.</summary>
    public string Origin => _file.Name;

    /// <summary>2 or 3.</summary>
    public int Version { get; private set; }

    /// <summary>Tensors begin at multiples of it.</summary>
    public int Alignment { get; private set; } = 32;

    /// <summary>Metadata by key.</summary>
    public IReadOnlyDictionary<string, GgufValue> Metadata => _metadata;

    /// <summary>Tensors by the file's own names.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <summary>Reads one tensor; blocks become float32. The caller owns it.</summary>
    /// <exception cref="KeyNotFoundException">No tensor has this name.</exception>
    public torch.Tensor Read(string name)
    {
        var tensor = Find(name);
        if (tensor.Type.Decode is not { } decode)
            return TensorBytes.Make(tensor.Type.Element, tensor.Shape, (offset, bytes) => _file.Read(tensor.Offset + offset, bytes));
        var buffer = new byte[tensor.Type.BlockBytes * 256];
        return TensorBytes.Make(ElementType.Float32, tensor.Shape, (offset, bytes) =>
        {
            var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes);
            var at = tensor.Offset + (offset / sizeof(float) / tensor.Type.BlockElements * tensor.Type.BlockBytes);
            for (var done = 0; done < values.Length;)
            {
                var count = Math.Min(256 * tensor.Type.BlockElements, values.Length - done);
                var blocks = buffer.AsSpan(0, count / tensor.Type.BlockElements * tensor.Type.BlockBytes);
                _file.Read(at, blocks);
                decode(blocks, values.Slice(done, count));
                (done, at) = (done + count, at + blocks.Length);
            }
        });
    }

    /// <summary>Copies a tensor's bytes as they are stored: whole blocks, for products that take them as they are.</summary>
    /// <param name="name">The file's own name.</param>
    /// <param name="offset">First byte inside the tensor.</param>
    /// <param name="target">Where they go.</param>
    /// <exception cref="KeyNotFoundException">No tensor has this name.</exception>
    public void ReadBlocks(string name, long offset, Span<byte> target)
    {
        var tensor = Find(name);
        if (offset < 0 || offset > tensor.Bytes - target.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The tensor has {tensor.Bytes} bytes; {target.Length} were asked for.");
        _file.Read(tensor.Offset + offset, target);
    }

    /// <summary>A text; null if the key is absent.</summary>
    /// <exception cref="InvalidDataException">It is of another type.</exception>
    public string? Text(string key) => !_metadata.TryGetValue(key, out var value) ? null
        : value is { Type: GgufValueType.Text, Count: null } ? new GgufCursor(_file, value.Offset).Text() : throw Wrong(key, value, "a text");

    /// <summary>A flag; null if the key is absent.</summary>
    /// <exception cref="InvalidDataException">It is of another type.</exception>
    public bool? Flag(string key) => !_metadata.TryGetValue(key, out var value) ? null
        : value is { Type: GgufValueType.Boolean, Count: null } ? _file.Read(value.Offset, 1)[0] != 0 : throw Wrong(key, value, "true or false");

    /// <summary>A number; null if the key is absent. A float32 is the shortest decimal that means it.</summary>
    /// <exception cref="InvalidDataException">It is of another type.</exception>
    public double? Number(string key) => !_metadata.TryGetValue(key, out var value) ? null
        : value.Count is null && GgufCursor.SizeOf(value.Type) is { } size ? Number(value.Type, _file.Read(value.Offset, size)) : throw Wrong(key, value, "a number");

    /// <summary>Numbers of an array; null if the key is absent.</summary>
    /// <exception cref="InvalidDataException">It is of another type.</exception>
    public double[]? Numbers(string key)
    {
        if (!_metadata.TryGetValue(key, out var value))
            return null;
        if (value.Count is not { } count || GgufCursor.SizeOf(value.Type) is not { } size || count > Array.MaxLength)
            throw Wrong(key, value, "an array of numbers");
        var cursor = new GgufCursor(_file, value.Offset);
        var numbers = new double[count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = Number(value.Type, cursor.Take(size));
        return numbers;
    }

    /// <summary>Texts of an array; null if the key is absent.</summary>
    /// <exception cref="InvalidDataException">It is of another type.</exception>
    public string[]? Texts(string key)
    {
        if (!_metadata.TryGetValue(key, out var value))
            return null;
        if (value is not { Type: GgufValueType.Text, Count: <= int.MaxValue })
            throw Wrong(key, value, "an array of texts");
        var cursor = new GgufCursor(_file, value.Offset);
        var texts = new string[value.Count.Value];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = cursor.Text();
        return texts;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static double Number(GgufValueType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Boolean => bytes[0],
        GgufValueType.Int8 => (sbyte)bytes[0],
        GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        GgufValueType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        _ => double.Parse(BinaryPrimitives.ReadSingleLittleEndian(bytes).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
    };

    private GgufTensor Find(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor : throw CheckpointErrors.Missing(Origin, name);

    private InvalidDataException Wrong(string key, GgufValue value, string expected) => CheckpointErrors.Unusable(
        Origin, $"'{key}' is {(value.Count is { } n ? $"an array of {n} " : "")}{value.Type}; expected {expected}.");

    private InvalidDataException Broken(string what) => CheckpointErrors.Broken(Origin, what);

    private void ReadHeader()
    {
        var cursor = new GgufCursor(_file, 0);
        if (_file.Length < 24 || !cursor.Take(4).SequenceEqual("GGUF"u8))
            throw Broken("it does not start with the letters GGUF and a header of 24 bytes.");
        var version = cursor.UInt32();
        if (version == 1)
            throw CheckpointErrors.Unusable(Origin, "it is of GGUF version 1, which was in use for weeks in 2023; known are 2 and 3. Convert the model again.");
        if (version is not (2 or 3))
            throw CheckpointErrors.Unusable(Origin, $"it is of GGUF version {version}; known are 2 and 3 (little-endian).");
        Version = (int)version;
        var tensors = cursor.Count("tensors", 24);
        var keys = cursor.Count("keys", 13);
        if (tensors > MostTensors || keys > MostKeys)
            throw CheckpointErrors.Unusable(Origin, $"it has {tensors} tensors and {keys} keys; at most {MostTensors} and {MostKeys} are read.");
        for (long i = 0; i < keys; i++)
        {
            var key = cursor.Name("a key");
            if (!_metadata.TryAdd(key, cursor.Value(key)))
                throw Broken($"the key '{key}' occurs twice.");
        }

        if (Number("general.alignment") is { } alignment)
            Alignment = alignment is >= 8 and <= MostAlignment && alignment % 8 == 0 ? (int)alignment
                : throw Broken($"'general.alignment' is {alignment.ToString(CultureInfo.InvariantCulture)}; expected a multiple of 8 up to {MostAlignment}.");
        ReadTensors(cursor, tensors);
    }

    private void ReadTensors(GgufCursor cursor, long count)
    {
        var relative = new List<GgufTensor>();
        for (long i = 0; i < count; i++)
            relative.Add(ReadTensor(cursor));
        var start = Aligned(cursor.At);
        var end = start;
        foreach (var tensor in relative.OrderBy(t => t.Offset).ThenBy(t => t.Bytes))
        {
            if (tensor.Offset % Alignment != 0)
                throw Broken($"tensor '{tensor.Name}' starts at byte {tensor.Offset} of the data; expected a multiple of {Alignment}.");
            if (tensor.Bytes > _file.Length - start || tensor.Offset > _file.Length - start - tensor.Bytes)
                throw Broken($"tensor '{tensor.Name}' lies at byte {tensor.Offset} of the data and has {tensor.Bytes}; the data have {Math.Max(0, _file.Length - start)}.");
            var placed = tensor with { Offset = start + tensor.Offset };
            if (placed.Offset < end)
                throw Broken($"tensor '{tensor.Name}' starts at byte {tensor.Offset} of the data; the tensors before it end at {end - start} (an overlap).");
            end = placed.Offset + placed.Bytes;
            if (!_tensors.TryAdd(placed.Name, placed))
                throw Broken($"tensor '{placed.Name}' occurs twice.");
        }
    }

    private GgufTensor ReadTensor(GgufCursor cursor)
    {
        var name = cursor.Name("a tensor's name");
        var dimensions = cursor.UInt32();
        if (dimensions > MostDimensions)
            throw Broken($"tensor '{name}' has {dimensions} dimensions; expected at most {MostDimensions}.");
        var shape = new long[dimensions];
        for (var i = shape.Length - 1; i >= 0; i--)
            shape[i] = BinaryPrimitives.ReadInt64LittleEndian(cursor.Take(8));
        var id = cursor.UInt32();
        var type = GgufTensorTypes.Find(id) ?? throw CheckpointErrors.Unusable(
            Origin, $"tensor '{name}' is of type {id}; known are {string.Join(", ", GgufTensorTypes.Known.Select(t => $"{t.Name} ({t.Id})"))}.");
        var bytes = type.Bytes(shape) ?? throw Broken($"tensor '{name}' of type {type.Name} has shape {CheckpointErrors.Text(shape)}; its rows are no whole blocks of {type.BlockElements}, or no tensor can have it.");
        var offset = BinaryPrimitives.ReadInt64LittleEndian(cursor.Take(8));
        return offset >= 0 ? new(name, type, shape, offset, bytes) : throw Broken($"tensor '{name}' starts at byte {(ulong)offset} of the data.");
    }

    private long Aligned(long at) => (at + Alignment - 1) / Alignment * Alignment;
}
