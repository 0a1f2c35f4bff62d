using System.Buffers.Binary;
using System.Text;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>Reads a GGUF file's header from front to back, within bounds.</summary>
/// <param name="file">The file.</param>
/// <param name="at">First byte.</param>
internal sealed class GgufCursor(MappedFile file, long at)
{
    /// <summary>Arrays of arrays are followed this deep; no writer makes any.</summary>
    private const int MostNested = 4;

    private readonly byte[] _window = new byte[1 << 15];
    private long _start;
    private int _length;

    /// <summary>Next byte.</summary>
    public long At { get; private set; } = at;

    /// <summary>A whole number of four bytes.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A count of things of which each takes at least so many of the bytes that are left.</summary>
    public long Count(string what, int least)
    {
        var count = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        var left = file.Length - At;
        return count <= (ulong)(left / least) ? (long)count : throw CheckpointErrors.Broken(
            file.Name, $"it claims {count} {what} at byte {At - 8}; the {left} bytes that are left hold at most {left / least}.");
    }

    /// <summary>A value's bytes, at most 32 KiB.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (At < _start || At + count > _start + _length)
        {
            if (count > file.Length - At)
                throw CheckpointErrors.Broken(file.Name, $"it ends at byte {file.Length}, inside bytes {At} to {At + count}.");
            (_start, _length) = (At, (int)Math.Min(_window.Length, file.Length - At));
            file.Read(_start, _window.AsSpan(0, _length));
        }

        At += count;
        return _window.AsSpan((int)(At - count - _start), count);
    }

    /// <summary>A name: at most 32 KiB of UTF-8.</summary>
    public string Name(string what)
    {
        var length = Count($"bytes of {what}", 1);
        if (length > _window.Length)
            throw CheckpointErrors.Broken(file.Name, $"{what} at byte {At} has {length} bytes; expected at most {_window.Length}.");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Take((int)length));
        }
        catch (DecoderFallbackException)
        {
            throw CheckpointErrors.Broken(file.Name, $"{what} before byte {At} is no UTF-8.");
        }
    }

    /// <summary>A text of any length; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Text()
    {
        var length = Count("bytes of text", 1);
        if (length <= _window.Length)
            return Encoding.UTF8.GetString(Take((int)length));
        if (length > int.MaxValue / 4)
            throw CheckpointErrors.Unusable(file.Name, $"a text at byte {At} has {length} bytes.");
        var bytes = file.Read(At, (int)length);
        At += length;
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Passes over a value and says where it lies.</summary>
    public GgufValue Value(string key)
    {
        var type = Type(key);
        if (type != GgufValueType.Array)
        {
            var start = At;
            Skip(type);
            return new(type, start, null);
        }

        return Array(key, 1);
    }

    /// <summary>Bytes of a value of fixed size; null for texts and arrays.</summary>
    public static int? SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Boolean => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => null,
    };

    private GgufValue Array(string key, int depth)
    {
        var element = Type(key);
        var size = SizeOf(element);
        var count = Count($"values of '{key}'", size ?? (element == GgufValueType.Text ? 8 : 12));
        var start = At;
        if (size is { } fixedSize)
            At += fixedSize * count;
        else if (element == GgufValueType.Text)
            for (long i = 0; i < count; i++)
                Skip(element);
        else if (depth >= MostNested)
            throw CheckpointErrors.Unusable(file.Name, $"'{key}' holds arrays more than {MostNested} deep.");
        else
            for (long i = 0; i < count; i++)
                Array(key, depth + 1);
        return new(element, start, count);
    }

    private GgufValueType Type(string key)
    {
        var type = UInt32();
        return type <= (uint)GgufValueType.Float64 ? (GgufValueType)type
            : throw CheckpointErrors.Broken(file.Name, $"'{key}' has the value type {type}; known are 0 to 12.");
    }

    private void Skip(GgufValueType type)
    {
        if (SizeOf(type) is { } size)
        {
            Take(size);
            return;
        }

        var length = Count("bytes of text", 1); // first: it moves At
        At += length;
    }
}
