using System.Security.Cryptography;
using System.Text;

namespace LongTextSearch;

/// <summary>Embeddings by document, kept on disk; what has not changed is not computed again.</summary>
internal sealed class DocumentIndex
{
    private const string Magic = "MLEXT-INDEX-1";
    private readonly string _path;

    private DocumentIndex(string path, Dictionary<string, IndexEntry> entries) => (_path, Entries) = (path, entries);

    public Dictionary<string, IndexEntry> Entries { get; }

    /// <summary>Reads an index; a missing, torn or foreign file is an empty one.</summary>
    public static DocumentIndex Open(string path)
    {
        try
        {
            return new(path, Read(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or UnauthorizedAccessException)
        {
            return new(path, []);
        }
    }

    /// <summary>Hash of a text.</summary>
    public static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes aside, then renames.</summary>
    public void Save()
    {
        using var buffer = new MemoryStream();
        using (var w = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            w.Write(Magic);
            w.Write(Entries.Count);
            foreach (var (id, e) in Entries)
            {
                w.Write(id);
                w.Write(e.Hash);
                w.Write(e.Tokens);
                Write(w, e.Own);
                Write(w, e.Extended);
            }
        }

        var content = buffer.ToArray();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        var aside = _path + ".new";
        using (var file = File.Create(aside))
        {
            file.Write(SHA256.HashData(content));
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, _path, overwrite: true);
    }

    private static Dictionary<string, IndexEntry> Read(byte[] file)
    {
        if (file.Length < 32 || !SHA256.HashData(file.AsSpan(32)).AsSpan().SequenceEqual(file.AsSpan(0, 32)))
            throw new InvalidDataException("The index is torn.");
        using var r = new BinaryReader(new MemoryStream(file, 32, file.Length - 32), Encoding.UTF8);
        if (r.ReadString() != Magic)
            throw new InvalidDataException("The file is no index.");
        var entries = new Dictionary<string, IndexEntry>(StringComparer.Ordinal);
        for (var left = r.ReadInt32(); left > 0; left--)
        {
            var (id, hash, tokens) = (r.ReadString(), r.ReadString(), r.ReadInt32());
            entries[id] = new(hash, ReadVector(r), ReadVector(r), tokens);
        }

        return entries;
    }

    private static void Write(BinaryWriter w, float[] vector)
    {
        w.Write(vector.Length);
        foreach (var v in vector)
            w.Write(v);
    }

    private static float[] ReadVector(BinaryReader r)
    {
        var vector = new float[r.ReadInt32()];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = r.ReadSingle();
        return vector;
    }
}
