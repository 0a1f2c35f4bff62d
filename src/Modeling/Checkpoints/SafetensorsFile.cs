using System.Text.Json;
using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>
/// A safetensors file, mapped into memory: 8 bytes header length, a JSON header, the tensors' bytes without gaps.
/// Source: github.com/huggingface/safetensors, README, section Format.
/// </summary>
internal sealed class SafetensorsFile : Weights
{
    private const long MaxHeader = 100_000_000;
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Opens the file and checks its whole header.</summary>
    /// <exception cref="InvalidDataException">The file breaks the format.</exception>
    public SafetensorsFile(string path)
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

    /// <inheritdoc/>
    public override string Origin => _file.Name;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <summary>The strings under __metadata__.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <inheritdoc/>
    public override torch.Tensor Read(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw CheckpointErrors.Missing(Origin, name);
        var start = _offsets[name];
        return TensorBytes.Make(entry.Type, entry.Shape, (offset, bytes) => _file.Read(start + offset, bytes));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private InvalidDataException Broken(string what) => CheckpointErrors.Broken(Origin, what);

    private void ReadHeader()
    {
        if (_file.Length < 8)
            throw Broken($"it has {_file.Length} bytes; a safetensors file has at least 8.");
        var length = BitConverter.ToUInt64(_file.Read(0, 8));
        if (length > MaxHeader || (long)length > _file.Length - 8)
            throw Broken($"its header claims {length} bytes; at most {Math.Min(MaxHeader, _file.Length - 8)} are possible.");
        var header = _file.Read(8, (int)length);
        if (length == 0 || header[0] != (byte)'{')
            throw Broken("its header does not start with '{'.");
        try
        {
            using var json = JsonDocument.Parse(header);
            foreach (var property in json.RootElement.EnumerateObject())
                if (property.Name == "__metadata__")
                    ReadMetadata(property.Value);
                else
                    ReadEntry(property, 8 + (long)length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            throw new InvalidDataException(Broken($"its header is not valid JSON ({e.Message})").Message, e);
        }

        CheckLayout(8 + (long)length);
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Broken("__metadata__ is not an object of strings.");
        foreach (var pair in value.EnumerateObject())
            _metadata[pair.Name] = pair.Value.ValueKind == JsonValueKind.String
                ? pair.Value.GetString()!
                : throw Broken($"__metadata__ '{pair.Name}' is not a string.");
    }

    private void ReadEntry(JsonProperty property, long dataStart)
    {
        var name = property.Name;
        string? dtype = null;
        long[]? shape = null, offsets = null;
        if (property.Value.ValueKind != JsonValueKind.Object)
            throw Broken($"tensor '{name}' is not described by an object.");
        foreach (var field in property.Value.EnumerateObject())
        {
            var repeated = field.Name switch { "dtype" => dtype is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
            if (repeated)
                throw Broken($"tensor '{name}' has two fields '{field.Name}'.");
            if (field.Name == "dtype" && field.Value.ValueKind == JsonValueKind.String)
                dtype = field.Value.GetString();
            else if (field.Name == "shape")
                shape = Numbers(field.Value);
            else if (field.Name == "data_offsets")
                offsets = Numbers(field.Value);
        }

        if (dtype is null || shape is null || offsets is not [var begin, var end])
            throw Broken($"tensor '{name}' needs a dtype, a shape and two data_offsets, all non-negative whole numbers.");
        var type = ElementTypes.FromSafetensors(dtype)
            ?? throw CheckpointErrors.Unusable(Origin, $"tensor '{name}' has dtype '{dtype}'; known are {ElementTypes.KnownNames}.");
        var size = type.Bytes(shape) ?? throw Broken($"tensor '{name}' has shape {CheckpointErrors.Text(shape)}, which no tensor can have.");
        if (begin > end || end > _file.Length - dataStart)
            throw Broken($"tensor '{name}' lies at bytes {begin} to {end}; the data have {_file.Length - dataStart}.");
        if (end - begin != size)
            throw Broken($"tensor '{name}' of shape {CheckpointErrors.Text(shape)} and dtype {dtype} needs {size} bytes; its data_offsets span {end - begin}.");
        if (!_entries.TryAdd(name, new TensorEntry(name, type, shape)))
            throw Broken($"tensor '{name}' occurs twice.");
        _offsets[name] = dataStart + begin;
    }

    private static long[]? Numbers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new long[value.GetArrayLength()];
        var i = 0;
        foreach (var item in value.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i++]) || numbers[i - 1] < 0)
                return null;
        return numbers;
    }

    /// <summary>Tensors lie end to end: no overlap, no hole, nothing behind the last.</summary>
    private void CheckLayout(long dataStart)
    {
        var at = dataStart;
        foreach (var (entry, start, size) in _entries.Values
            .Select(e => (Entry: e, Start: _offsets[e.Name], Size: e.Type.Bytes(e.Shape)!.Value))
            .OrderBy(e => e.Start).ThenBy(e => e.Size))
        {
            if (start != at)
                throw Broken($"tensor '{entry.Name}' starts at byte {start - dataStart} of the data; the tensors before it end at {at - dataStart} ({(start < at ? "an overlap" : "a hole")}).");
            at += size;
        }

        if (at != _file.Length)
            throw Broken($"the tensors end at byte {at - dataStart} of the data, which have {_file.Length - dataStart}.");
    }
}
