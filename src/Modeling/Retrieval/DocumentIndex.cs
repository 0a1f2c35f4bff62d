using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ML.Extensions.Retrieval;

/// <summary>
/// Documents with their texts, links and embeddings, in one file. The file is replaced as a whole, by renaming, so readers see the
/// old version or the new one; who has read it keeps what was read.
/// </summary>
public sealed class DocumentIndex
{
    // File: SHA-256 of the rest (32 bytes); string magic; string fingerprint; int entries; per entry: string id, string text,
    // int links, string each; int tokens, 3 × (int count, float32[]) own, extended, chunk vectors, (int count, int32[]) offsets.
    private const string Magic = "MLEXT-INDEX-3";
    private readonly string _path;

    private DocumentIndex(string path, string fingerprint, Dictionary<string, IndexEntry> entries) =>
        (_path, Fingerprint, Entries) = (path, fingerprint, entries);

    /// <summary>What is known of each document, by its name.</summary>
    public IDictionary<string, IndexEntry> Entries { get; }

    /// <summary>Model and options that made the embeddings.</summary>
    public string Fingerprint { get; }

    /// <summary>Opens an index to bring it up to date. A missing, torn or foreign file, and one of another model, is an empty index.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="fingerprint">Model and options: <see cref="DocumentEmbedder.Fingerprint"/>.</param>
    public static DocumentIndex Open(string path, string fingerprint)
    {
        try
        {
            return Load(path, fingerprint);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException)
        {
            return new(path, fingerprint, new(StringComparer.Ordinal));
        }
    }

    /// <summary>Reads an index that has to be there.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="fingerprint">Model and options that must have made it; null takes any.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, no index, or of another model.</exception>
    public static DocumentIndex Load(string path, string? fingerprint = null)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no index at '{path}'. Make one with DocumentIndexer.Update, or with mlext search --index.", path);
        var file = File.ReadAllBytes(path);
        if (file.Length < 32 || !SHA256.HashData(file.AsSpan(32)).AsSpan().SequenceEqual(file.AsSpan(0, 32)))
            throw new InvalidDataException($"{path}: damaged, or no index: its checksum does not fit its {file.Length:N0} bytes. Delete it and index again.");
        try
        {
            var index = Read(path, file);
            if (fingerprint is not null)
                index.MustBe(fingerprint);
            return index;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or DecoderFallbackException)
        {
            throw new InvalidDataException($"{path}: damaged: {e.Message} Delete it and index again.", e);
        }
    }

    /// <summary>Where indexes stand by default: under the user's local application data.</summary>
    public static string DefaultPath(string name) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
        "ML.Extensions", "LongTextSearch", name + ".index");

    /// <summary>Name of a folder's index.</summary>
    public static string NameOfFolder(string folder) =>
        "folder-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..16];

    /// <summary>Writes aside, then renames.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
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

    /// <summary>Throws unless a model and its options have made the index.</summary>
    /// <exception cref="InvalidDataException">Another has.</exception>
    internal void MustBe(string fingerprint)
    {
        if (Fingerprint != fingerprint)
            throw new InvalidDataException($"{_path}: the index was made with another model or version: '{Fingerprint}'; expected '{fingerprint}'. Give the model that made it, or index again.");
    }

    private void Write(BinaryWriter w)
    {
        w.Write(Magic);
        w.Write(Fingerprint);
        w.Write(Entries.Count);
        foreach (var (id, e) in Entries)
        {
            w.Write(id);
            w.Write(e.Text);
            w.Write(e.Links.Count);
            foreach (var link in e.Links)
                w.Write(link);
            w.Write(e.Tokens);
            WriteArray(w, e.Own);
            WriteArray(w, e.Extended);
            WriteArray(w, e.ChunkVectors);
            WriteArray(w, e.ChunkOffsets);
        }
    }

    private static DocumentIndex Read(string path, byte[] file)
    {
        using var r = new BinaryReader(new MemoryStream(file, 32, file.Length - 32), Encoding.UTF8);
        if (r.ReadString() != Magic)
            throw new InvalidDataException($"{path}: an index of another version of ML.Extensions. Delete it and index again.");
        var made = r.ReadString();
        var entries = new Dictionary<string, IndexEntry>(StringComparer.Ordinal);
        for (var left = Count(r, 28); left > 0; left--)
        {
            var (id, text) = (r.ReadString(), r.ReadString());
            var links = new string[Count(r, 1)];
            for (var n = 0; n < links.Length; n++)
                links[n] = r.ReadString();
            entries[id] = new(text, links, r.ReadInt32(), ReadArray<float>(r), ReadArray<float>(r), ReadArray<float>(r), ReadArray<int>(r));
        }

        return new(path, made, entries);
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
        var values = new T[Count(r, 4)];
        r.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>A number of things of at least so many bytes, which the rest of the file can hold.</summary>
    private static int Count(BinaryReader r, int size)
    {
        var count = r.ReadInt32();
        var rest = r.BaseStream.Length - r.BaseStream.Position;
        return count >= 0 && (long)count * size <= rest ? count : throw new FormatException($"It names {count:N0} values where {rest:N0} bytes are left.");
    }
}
