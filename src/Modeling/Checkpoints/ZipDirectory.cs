using System.Buffers.Binary;
using System.Text;

namespace ML.Extensions.Checkpoints;

/// <summary>Where the stored entries of a zip lie in its file, so that they can be mapped. Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.</summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;

    /// <summary>First byte and length of each entry by name. Compressed entries are refused; torch.save writes none.</summary>
    /// <exception cref="InvalidDataException">The zip is broken.</exception>
    public static IReadOnlyDictionary<string, (long Start, long Length)> Read(MappedFile file)
    {
        var (at, end, count) = Directory(file);
        var entries = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            if (end - at < 46)
                throw Bad(file, "its directory ends too early.");
            var head = file.Read(at, 46);
            if (U32(head, 0) != 0x02014B50)
                throw Bad(file, $"its directory has no entry at byte {at}.");
            int nameLength = U16(head, 28), extraLength = U16(head, 30);
            var name = Encoding.UTF8.GetString(file.Read(at + 46, nameLength));
            var (packed, length, header) = Sizes(file, head, file.Read(at + 46 + nameLength, extraLength), name);
            at += 46 + nameLength + extraLength + U16(head, 32);
            if (U16(head, 10) != 0 || packed != length || (head[8] & 1) != 0)
                throw CheckpointErrors.Unusable(file.Name, $"its entry '{name}' is compressed or encrypted; torch.save writes neither.");
            if (!entries.TryAdd(name, (DataStart(file, header, length, name), length)))
                throw Bad(file, $"its entry '{name}' occurs twice.");
        }

        return entries;
    }

    private static (long Start, long End, long Count) Directory(MappedFile file)
    {
        var tail = (int)Math.Min(file.Length, EndLength + ushort.MaxValue + 20);
        var bytes = file.Read(file.Length - tail, tail);
        var at = tail - EndLength;
        while (at >= 0 && U32(bytes, at) != 0x06054B50)
            at--;
        if (at < 0)
            throw Bad(file, "it starts as a zip and has no directory.");
        var (count, size, start) = ((long)U16(bytes, at + 10), (long)U32(bytes, at + 12), (long)U32(bytes, at + 16));
        if (at >= 20 && U32(bytes, at - 20) == 0x07064B50) // zip64: its locator stands before the end record
        {
            var big = file.Read((long)Math.Min(U64(bytes, at - 12), long.MaxValue), 56);
            if (U32(big, 0) != 0x06064B50)
                throw Bad(file, "its zip64 directory is not where it should be.");
            (count, size, start) = ((long)U64(big, 32), (long)U64(big, 40), (long)U64(big, 48));
        }

        return count >= 0 && start >= 0 && size >= 0 && start <= file.Length - size && count <= size / 46
            ? (start, start + size, count)
            : throw Bad(file, $"its directory claims {count} entries in bytes {start} to {start + size}.");
    }

    private static (long Packed, long Length, long Header) Sizes(MappedFile file, byte[] head, byte[] extra, string name)
    {
        long packed = U32(head, 20), length = U32(head, 24), header = U32(head, 42);
        var wanted = (length == uint.MaxValue ? 8 : 0) + (packed == uint.MaxValue ? 8 : 0) + (header == uint.MaxValue ? 8 : 0);
        for (var at = 0; wanted > 0 && at + 4 <= extra.Length; at += 4 + U16(extra, at + 2))
            if (U16(extra, at) == 1 && U16(extra, at + 2) >= wanted && extra.Length - at - 4 >= wanted)
            {
                var next = at + 4;
                long Take() => (long)U64(extra, (next += 8) - 8);
                if (length == uint.MaxValue)
                    length = Take();
                if (packed == uint.MaxValue)
                    packed = Take();
                if (header == uint.MaxValue)
                    header = Take();
                break;
            }

        return packed >= 0 && length >= 0 && header >= 0 ? (packed, length, header) : throw Bad(file, $"its entry '{name}' has impossible sizes.");
    }

    private static long DataStart(MappedFile file, long header, long length, string name)
    {
        var local = file.Read(header, 30);
        if (U32(local, 0) != 0x04034B50)
            throw Bad(file, $"its entry '{name}' is not at byte {header}.");
        var start = header + 30 + U16(local, 26) + U16(local, 28);
        return start <= file.Length - length ? start : throw Bad(file, $"its entry '{name}' ends behind the file.");
    }

    private static int U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    private static InvalidDataException Bad(MappedFile file, string what) => CheckpointErrors.Broken(file.Name, what);
}
