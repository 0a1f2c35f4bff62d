using System.Numerics;
using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>
/// A pytorch_model.bin: the zip that torch.save writes since 1.6, or the older row of pickles. Only tensors come out of
/// it; nothing is run. Source: pytorch, torch/serialization.py, _load and _legacy_load.
/// </summary>
internal sealed class PickleWeights : Weights
{
    private const int MaxPickle = 256 << 20;
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PickleTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal); // first byte of each storage

    /// <summary>Opens the file and reads its pickle.</summary>
    /// <exception cref="InvalidDataException">The file is broken, or asks for more than tensors.</exception>
    public PickleWeights(string path)
    {
        _file = new MappedFile(path);
        try
        {
            if (_file.Length >= 4 && _file.Read(0, 4) is [(byte)'P', (byte)'K', 3, 4])
                OpenZip();
            else
                OpenLegacy();
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

    /// <inheritdoc/>
    public override torch.Tensor Read(string name)
    {
        if (!_tensors.TryGetValue(name, out var view))
            throw CheckpointErrors.Missing(Origin, name);
        var size = view.Storage.Type.Size();
        var start = view.Span == 0 ? 0 : _offsets[view.Storage.Key] + (view.Offset * size);
        using var block = TensorBytes.Make(view.Storage.Type, [view.Span], (offset, bytes) => _file.Read(start + offset, bytes));
        if (view.Span == 0)
            return torch.empty(view.Shape, view.Storage.Type.ToTorch());
        using var strided = block.as_strided(view.Shape, view.Strides);
        return strided.contiguous();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private void OpenZip()
    {
        var zip = ZipDirectory.Read(_file);
        var pickle = zip.Keys.FirstOrDefault(n => n == "data.pkl" || n.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw CheckpointErrors.Unusable(Origin, "the zip holds no data.pkl; torch.save did not write it.");
        var root = pickle[..^"data.pkl".Length];
        if (zip.TryGetValue(root + "byteorder", out var order) && order.Length <= 16
            && System.Text.Encoding.ASCII.GetString(_file.Read(order.Start, (int)order.Length)) is var text && text != "little")
        {
            throw CheckpointErrors.Unusable(Origin, $"its byte order is '{text}'; only 'little' is read.");
        }

        var reader = new PickleReader(Part(zip[pickle].Start, zip[pickle].Length), Origin);
        AddAll(reader.Load());
        foreach (var storage in reader.Storages.Values)
        {
            if (!zip.TryGetValue($"{root}data/{storage.Key}", out var data))
                throw CheckpointErrors.Broken(Origin, $"the zip has no storage 'data/{storage.Key}'.");
            Place(storage, data.Start, data.Length);
        }
    }

    private void OpenLegacy()
    {
        const string other = "it is neither a zip nor a pickle that torch.save wrote.";
        if (_file.Length == 0 || _file.Read(0, 1)[0] != 0x80)
            throw CheckpointErrors.Unusable(Origin, other);
        var bytes = Part(0, Math.Min(_file.Length, MaxPickle));
        var reader = new PickleReader(bytes, Origin);
        var magic = reader.Load();
        if (magic is not BigInteger big || big != Magic)
            throw CheckpointErrors.Unusable(Origin, other);
        if (reader.Load() is not 1001L)
            throw CheckpointErrors.Unusable(Origin, "its torch protocol is not 1001.");
        if (reader.Load() is PickleDictionary system && system.Items.Any(i => i is { Key: "little_endian", Value: false }))
            throw CheckpointErrors.Unusable(Origin, "its byte order is big; only little is read.");
        AddAll(reader.Load());
        var keys = reader.Load() as List<object?> ?? throw CheckpointErrors.Broken(Origin, "the list of storages is missing.");
        var storages = new Dictionary<string, PickleStorage>(reader.Storages, StringComparer.Ordinal);
        long at = reader.Position;
        foreach (var key in keys)
        {
            var count = BitConverter.ToInt64(_file.Read(at, 8));
            if (key is not string name || !storages.Remove(name, out var storage))
                throw CheckpointErrors.Unusable(Origin, $"its storage '{key}' belongs to no tensor.");
            if (count != storage.Count)
                throw CheckpointErrors.Broken(Origin, $"storage '{name}' has {count} elements; its tensors need {storage.Count}.");
            at += 8;
            Place(storage, at, _file.Length - at);
            at += count * storage.Type.Size();
        }

        if (storages.Keys.FirstOrDefault() is { } missing)
            throw CheckpointErrors.Broken(Origin, $"storage '{missing}' is not in the file.");
    }

    private ReadOnlyMemory<byte> Part(long start, long length) => length <= MaxPickle
        ? _file.Read(start, (int)length)
        : throw CheckpointErrors.Unusable(Origin, $"its pickle has {length} bytes; at most {MaxPickle} are read.");

    private void Place(PickleStorage storage, long start, long available)
    {
        if (available / storage.Type.Size() < storage.Count)
            throw CheckpointErrors.Broken(Origin, $"storage '{storage.Key}' has {available} bytes; its {storage.Count} elements need {(Int128)storage.Count * storage.Type.Size()}.");
        _offsets[storage.Key] = start;
    }

    private void AddAll(object? state)
    {
        var items = (state as PickleDictionary ?? throw CheckpointErrors.Unusable(Origin, "it holds no dictionary of tensors.")).Items;
        foreach (var (key, value) in items)
        {
            if (key is not string name || value is not PickleTensor tensor)
                throw CheckpointErrors.Unusable(Origin, $"its entry '{key}' is not a tensor.");
            _tensors[name] = tensor;
            _entries[name] = new TensorEntry(name, tensor.Storage.Type, tensor.Shape);
        }
    }
}
