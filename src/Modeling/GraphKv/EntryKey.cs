using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ML.Extensions.GraphKv;

/// <summary>SHA-256 of everything that decides an entry's keys and values. Its order is the canonical order of sources.</summary>
internal readonly record struct EntryKey(ulong A, ulong B, ulong C, ulong D) : IComparable<EntryKey>
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = 32;

    /// <summary>64 hexadecimal digits; names the entry's file.</summary>
    public string Hex => $"{A:x16}{B:x16}{C:x16}{D:x16}";

    /// <summary>The hash of some bytes.</summary>
    public static EntryKey Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return Read(hash);
    }

    /// <summary>A key as <see cref="Write"/> wrote it.</summary>
    public static EntryKey Read(ReadOnlySpan<byte> bytes)
    {
        ulong Word(ReadOnlySpan<byte> from, int n) => BinaryPrimitives.ReadUInt64BigEndian(from[(8 * n)..]);
        return new(Word(bytes, 0), Word(bytes, 1), Word(bytes, 2), Word(bytes, 3));
    }

    /// <summary>The key's 32 bytes.</summary>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, A);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(target[24..], D);
    }

    /// <inheritdoc/>
    public int CompareTo(EntryKey other) => (A, B, C, D).CompareTo((other.A, other.B, other.C, other.D));
}
