using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using ML.Extensions.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// The file of one entry: a header that the reader can write down beforehand, and so compares byte by byte (model, key, all
/// token ids, sources with distances, shapes); a CRC32C of each tensor and of the header; keys and values, 64-byte aligned;
/// the length and a commit word at the end. Nothing in the file decides what is allocated.
/// </summary>
internal static class SegmentFile
{
    private const int Alignment = 64, TrailerBytes = 16;
    private const ulong Magic = 0x3130564B47584C4D, Commit = 0x54494D4D4F434B4F; // "MLXGKV01", "OKCOMMIT"

    /// <summary>Writes the file's bytes.</summary>
    /// <returns>Bytes written.</returns>
    public static long Write(Stream target, Entry entry, EntryStates states, ModelIdentity model)
    {
        using var scope = NewDisposeScope();
        var header = Header(entry, model);
        Tensor[] tensors = [.. Enumerable.Range(0, states.Layers).SelectMany(n => new[] { states.Keys(n).cpu(), states.Values(n).cpu() })];
        var sums = new byte[4 * (tensors.Length + 1)];
        for (var i = 0; i < tensors.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(sums.AsSpan(4 * i), Crc(tensors[i].bytes));
        BinaryPrimitives.WriteUInt32LittleEndian(sums.AsSpan(4 * tensors.Length), Crc(sums.AsSpan(0, 4 * tensors.Length), Crc(header)));
        long at = 0;
        void Put(ReadOnlySpan<byte> bytes)
        {
            target.Write(bytes);
            at += bytes.Length;
        }

        Put(header);
        Put(sums);
        foreach (var tensor in tensors)
        {
            Put(new byte[Aligned(at) - at]);
            Put(tensor.bytes);
        }

        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, at + TrailerBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[8..], Commit);
        Put(trailer);
        return at;
    }

    /// <summary>Reads an entry's states; null if the file is torn, damaged, or another entry's or model's.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EntryStates? Read(string path, Entry entry, ModelIdentity model)
    {
        var header = Header(entry, model);
        var shapes = Shapes(entry, model);
        var sizes = shapes.Select(s => s.Aggregate(1L, (a, b) => a * b) * model.Type.ElementSize()).ToArray();
        var (first, length) = (header.Length + (4 * (shapes.Length + 1)), (long)header.Length + (4 * (shapes.Length + 1)));
        foreach (var size in sizes)
            length = Aligned(length) + size;
        length += TrailerBytes;
        using var file = new MappedFile(path);
        if (file.Length != length || !file.Read(0, header.Length).AsSpan().SequenceEqual(header))
            return null;
        var sums = file.Read(header.Length, first - header.Length);
        uint Sum(int n) => BinaryPrimitives.ReadUInt32LittleEndian(sums.AsSpan(4 * n));
        var trailer = file.Read(length - TrailerBytes, TrailerBytes);
        if (Sum(shapes.Length) != Crc(sums.AsSpan(0, 4 * shapes.Length), Crc(header))
            || BinaryPrimitives.ReadInt64LittleEndian(trailer) != length || BinaryPrimitives.ReadUInt64LittleEndian(trailer.AsSpan(8)) != Commit)
            return null;
        var tensors = new List<Tensor>();
        long at = first;
        for (var i = 0; i < shapes.Length; i++)
        {
            at = Aligned(at);
            var tensor = empty(shapes[i], model.Type).DetachFromDisposeScope();
            tensors.Add(tensor);
            file.Read(at, tensor.bytes);
            if (Crc(tensor.bytes) != Sum(i))
            {
                tensors.ForEach(t => t.Dispose());
                return null;
            }

            if (model.Device.type != DeviceType.CPU)
            {
                tensors[i] = tensor.to(model.Device).DetachFromDisposeScope();
                tensor.Dispose();
            }

            at += sizes[i];
        }

        return new([.. tensors.Where((_, i) => i % 2 == 0)], [.. tensors.Where((_, i) => i % 2 == 1)]);
    }

    private static byte[] Header(Entry entry, ModelIdentity model)
    {
        var header = new ArrayBufferWriter<byte>();
        void Number(long value, int bytes)
        {
            Span<byte> all = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(all, value);
            header.Write(all[..bytes]);
        }

        void Key(EntryKey key)
        {
            key.Write(header.GetSpan(EntryKey.Size));
            header.Advance(EntryKey.Size);
        }

        Number((long)Magic, 8);
        Number(entry.Joint is null ? 0 : 1, 4);
        Number((int)model.Type, 4);
        header.Write(model.Hash);
        Key(entry.Key);
        Number(entry.Ids.Length, 4);
        Number(entry.Links.Count, 4);
        header.Write(MemoryMarshal.AsBytes<int>(entry.Ids));
        foreach (var link in entry.Links)
        {
            Key(link.Source.Key);
            Number(link.Offset - entry.Offset, 4);
        }

        foreach (var dimension in Shapes(entry, model).SelectMany(s => s))
            Number(dimension, 4);
        return header.WrittenSpan.ToArray();
    }

    /// <summary>Keys and values of each layer: [KeyHeads, n, d].</summary>
    private static long[][] Shapes(Entry entry, ModelIdentity model) =>
        [.. model.Spec.Blocks.SelectMany(b => Enumerable.Repeat(new long[] { b.Attention.KeyHeads, entry.Ids.Length, b.Attention.HeadWidth }, 2))];

    private static long Aligned(long at) => (at + Alignment - 1) / Alignment * Alignment;

    /// <summary>CRC32C, Castagnoli.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var one in bytes[(8 * words.Length)..])
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
