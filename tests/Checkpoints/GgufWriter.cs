using System.Text;

namespace ML.Extensions.Tests.Checkpoints;

/// <summary>Writes GGUF files byte by byte.</summary>
internal sealed class GgufWriter(uint version = 3, int alignment = 32)
{
    private readonly List<byte> _keys = [], _infos = [], _data = [];
    private ulong _keyCount, _tensorCount;

    public GgufWriter Text(string key, string value) => Key(key, 8, Utf8(value));

    public GgufWriter Number(string key, uint value) => Key(key, 4, BitConverter.GetBytes(value));

    public GgufWriter Float(string key, float value) => Key(key, 6, BitConverter.GetBytes(value));

    public GgufWriter Flag(string key, bool value) => Key(key, 7, [value ? (byte)1 : (byte)0]);

    public GgufWriter Texts(string key, params string[] values) => Array(key, 8, values.Length, [.. values.SelectMany(Utf8)]);

    public GgufWriter Numbers(string key, params int[] values) => Array(key, 5, values.Length, [.. values.SelectMany(BitConverter.GetBytes)]);

    public GgufWriter Floats(string key, params float[] values) => Array(key, 6, values.Length, [.. values.SelectMany(BitConverter.GetBytes)]);

    public GgufWriter Array(string key, uint type, long count, byte[] values) =>
        Key(key, 9, [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes(count), .. values]);

    public GgufWriter Key(string key, uint type, byte[] value)
    {
        _keys.AddRange([.. Utf8(key), .. BitConverter.GetBytes(type), .. value]);
        _keyCount++;
        return this;
    }

    public GgufWriter Tensor(string name, long[] shape, float[] values) => Tensor(name, shape, 0, [.. values.SelectMany(BitConverter.GetBytes)]);

    public GgufWriter Tensor(string name, long[] shape, uint type, byte[] bytes, long? offset = null)
    {
        _data.AddRange(new byte[-_data.Count & (alignment - 1)]);
        _infos.AddRange([.. Utf8(name), .. BitConverter.GetBytes(shape.Length), .. shape.Reverse().SelectMany(BitConverter.GetBytes), .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(offset ?? (long)_data.Count)]);
        _data.AddRange(bytes);
        _tensorCount++;
        return this;
    }

    public byte[] Bytes()
    {
        byte[] head = [.. "GGUF"u8, .. BitConverter.GetBytes(version), .. BitConverter.GetBytes(_tensorCount), .. BitConverter.GetBytes(_keyCount), .. _keys, .. _infos];
        return [.. head, .. new byte[-head.Length & (alignment - 1)], .. _data];
    }

    private static byte[] Utf8(string text) => [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];
}
