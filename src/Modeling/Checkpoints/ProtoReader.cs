using System.Buffers.Binary;

namespace ML.Extensions.Checkpoints;

/// <summary>Reads the protobuf wire format: one field after another, within bounds.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes, int start, int end, string origin)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly int _end = end;
    private readonly string _origin = origin;
    private int _at = start;

    /// <summary>Number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes.</summary>
    public int Wire { get; private set; }

    /// <summary>Value of a varint.</summary>
    public long Value { get; private set; }

    /// <summary>First byte of a field with length.</summary>
    public int Start { get; private set; }

    /// <summary>First byte after a field with length.</summary>
    public int End { get; private set; }

    /// <summary>Reads the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_at >= _end)
            return false;
        var key = Varint();
        (Field, Wire) = ((int)(key >> 3 & 0x1FFFFFFF), (int)(key & 7));
        switch (Wire)
        {
            case 0:
                Value = Varint();
                return true;
            case 1:
                return Take(8);
            case 2:
                return Take(Varint());
            case 5:
                return Take(4);
            default:
                throw CheckpointErrors.Broken(_origin, $"field {Field} at byte {_at} has wire type {Wire}, which protobuf does not use here.");
        }
    }

    /// <summary>A reader of the message inside the field just read.</summary>
    public readonly ProtoReader Message()
    {
        Expect(2);
        return new ProtoReader(_bytes, Start, End, _origin);
    }

    /// <summary>The text inside the field just read.</summary>
    public readonly string Text()
    {
        Expect(2);
        return System.Text.Encoding.UTF8.GetString(_bytes[Start..End]);
    }

    /// <summary>The bytes inside the field just read.</summary>
    public readonly ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        return _bytes[Start..End];
    }

    /// <summary>The 32-bit floating-point number in the field just read.</summary>
    public readonly float Single()
    {
        Expect(5);
        return BinaryPrimitives.ReadSingleLittleEndian(_bytes[Start..End]);
    }

    /// <summary>The whole number in the field just read.</summary>
    public readonly long Number()
    {
        Expect(0);
        return Value;
    }

    /// <summary>Adds the numbers of a repeated field, packed or not.</summary>
    public readonly void AddNumbers(List<long> numbers)
    {
        if (Wire == 0)
        {
            numbers.Add(Value);
            return;
        }

        var packed = Message();
        while (packed._at < packed._end)
            numbers.Add(packed.Varint());
    }

    private readonly void Expect(int wire)
    {
        if (Wire != wire)
            throw CheckpointErrors.Broken(_origin, $"field {Field} at byte {_at} has wire type {Wire}; expected {wire}.");
    }

    private bool Take(long count)
    {
        if (count < 0 || count > _end - _at)
            throw CheckpointErrors.Broken(_origin, $"field {Field} at byte {_at} claims {(ulong)count} bytes; {_end - _at} are left.");
        (Start, End) = (_at, _at += (int)count);
        return true;
    }

    private long Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_at >= _end)
                throw CheckpointErrors.Broken(_origin, $"it ends inside a number at byte {_at}.");
            var b = _bytes[_at++];
            value |= shift < 64 ? (ulong)(b & 0x7F) << shift : 0;
            if (b < 0x80)
                return (long)value;
        }

        throw CheckpointErrors.Broken(_origin, $"a number before byte {_at} has more than ten bytes.");
    }
}
