namespace ML.Extensions.Checkpoints;

/// <summary>The wire format of protocol buffers, as far as ONNX files need it.</summary>
internal static class ProtobufReader
{
    /// <summary>The fields of a message in order: numbers as Value, length-delimited ones as Bytes.</summary>
    /// <exception cref="InvalidDataException">The message is cut short or malformed.</exception>
    public static IEnumerable<(int Field, long Value, ReadOnlyMemory<byte>? Bytes)> Read(ReadOnlyMemory<byte> message, string origin)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at, origin);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return (field, Varint(message.Span, ref at, origin), null);
                    break;
                case 1:
                    at = Advance(at, 8, message.Length, origin);
                    break;
                case 2:
                    var length = Varint(message.Span, ref at, origin);
                    var start = at;
                    at = Advance(at, length, message.Length, origin);
                    yield return (field, 0, message[start..at]);
                    break;
                case 5:
                    at = Advance(at, 4, message.Length, origin);
                    break;
                default:
                    throw new InvalidDataException($"{origin}: wire type {tag & 7} at byte {at}; not an ONNX file, or a damaged one.");
            }
        }
    }

    /// <summary>Packed numbers.</summary>
    public static List<long> Varints(ReadOnlyMemory<byte> packed, string origin)
    {
        var numbers = new List<long>();
        for (var at = 0; at < packed.Length;)
            numbers.Add(Varint(packed.Span, ref at, origin));
        return numbers;
    }

    private static int Advance(int at, long by, int end, string origin) => by >= 0 && by <= end - at
        ? at + (int)by
        : throw new InvalidDataException($"{origin}: a field of {by} bytes at byte {at} of {end}; the file is cut short or damaged.");

    private static long Varint(ReadOnlySpan<byte> span, ref int at, string origin)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64 && at < span.Length; shift += 7)
        {
            var b = span[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return (long)value;
        }

        throw new InvalidDataException($"{origin}: a number at byte {at} does not end; the file is cut short or damaged.");
    }
}
