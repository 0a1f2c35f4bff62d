using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ML.Extensions.Search;

/// <summary>Embeddings by document, kept on disk. A missing, torn or foreign file is an empty index.</summary>
public sealed class DocumentIndex
{
    // File: SHA-256 of the rest (32 bytes); string magic; string fingerprint; int entries;
    // per entry: string id, string hash, int tokens, 3 × (int count, float32[]) own, extended, chunk vectors, (int count, int32[]) offsets.
    private const string Magic = "MLEXT-INDEX-2";
    private readonly string _path;
    private readonly string _fingerprint;

    private DocumentIndex(string path, string fingerprint, Dictionary<string, IndexEntry> entries) =>
        (_path, _fingerprint, Entries) = (path, fingerprint, entries);

    /// <summary>What is known of each document.</summary>
    public IDictionary<string, IndexEntry> Entries { get; }

    /// <summary>Opens an index.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="fingerprint">Model and options; an index of others is an empty one.</param>
    public static DocumentIndex Open(string path, string fingerprint)
    {
        try
        {
            return new(path, fingerprint, Read(File.ReadAllBytes(path), fingerprint));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or InvalidDataException or EndOfStreamException)
        {
            return new(path, fingerprint, new(StringComparer.Ordinal));
        }
    }

    /// <summary>Where indexes stand by default.</summary>
    public static string DefaultPath(string name) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
        "ML.Extensions", "LongTextSearch", name + ".index");

    /// <summary>Name of a folder's index.</summary>
    public static string NameOfFolder(string folder) => "folder-" + Hash(Path.GetFullPath(folder))[..16];

    /// <summary>SHA-256 of a text, hexadecimal.</summary>
    public static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes aside, then renames.</summary>
    public void Save()
    {
        using var content = new MemoryStream();
        using (var w = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
            Write(w);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        var aside = _path + ".new";
        using (var file = File.Create(aside))
        {
            file.Write(SHA256.HashData(bytes));
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, _path, overwrite: true);
    }

    private void Write(BinaryWriter w)
    {
        w.Write(Magic);
        w.Write(_fingerprint);
        w.Write(Entries.Count);
        foreach (var (id, e) in Entries)
        {
            w.Write(id);
            w.Write(e.Hash);
            w.Write(e.Tokens);
            WriteArray(w, e.Own);
            WriteArray(w, e.Extended);
            WriteArray(w, e.ChunkVectors);
            WriteArray(w, e.ChunkOffsets);
        }
    }

    private static Dictionary<string, IndexEntry> Read(byte[] file, string fingerprint)
    {
        if (file.Length < 32 || !SHA256.HashData(file.AsSpan(32)).AsSpan().SequenceEqual(file.AsSpan(0, 32)))
            throw new InvalidDataException("The index is torn.");
        using var r = new BinaryReader(new MemoryStream(file, 32, file.Length - 32), Encoding.UTF8);
        if (r.ReadString() != Magic || r.ReadString() != fingerprint)
            throw new InvalidDataException("The file is an index of another format, model or options.");
        var entries = new Dictionary<string, IndexEntry>(StringComparer.Ordinal);
        for (var left = r.ReadInt32(); left > 0; left--)
        {
            var (id, hash, tokens) = (r.ReadString(), r.ReadString(), r.ReadInt32());
            entries[id] = new(hash, tokens, ReadArray<float>(r), ReadArray<float>(r), ReadArray<float>(r), ReadArray<int>(r));
        }

        return entries;
    }

    private static void WriteArray<T>(BinaryWriter w, T[] values)
        where T : unmanaged
    {
        w.Write(values.Length);
        w.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static T[] ReadArray<T>(BinaryReader r)
        where T : unmanaged
    {
        var values = new T[r.ReadInt32()];
        r.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
