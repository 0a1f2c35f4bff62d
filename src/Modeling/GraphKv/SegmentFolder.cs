namespace ML.Extensions.GraphKv;

/// <summary>
/// Entries on disk, a file each, named by the key. A file appears whole, by renaming, so several processes may share the
/// folder without a lock: what two of them write under one name is the same. What is not whole and equal is not served.
/// </summary>
internal sealed class SegmentFolder
{
    private const string End = ".kv", Unfinished = ".tmp";

    private readonly string _path;
    private readonly long? _mostBytes;
    private readonly Func<string, Stream> _create;

    /// <summary>Opens a folder, and makes it if it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mostBytes">Beyond this the least recently used files are deleted; null is no limit.</param>
    /// <param name="create">Creates a file; for tests.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public SegmentFolder(string path, long? mostBytes = null, Func<string, Stream>? create = null)
    {
        (_path, _mostBytes) = (path, mostBytes);
        _create = create ?? (file => new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        var folder = Directory.CreateDirectory(path);
        foreach (var file in folder.EnumerateFiles("*" + Unfinished).Where(f => f.LastWriteTimeUtc < DateTime.UtcNow.AddDays(-1)))
            Delete(file.FullName); // of a process that ended while it wrote
    }

    /// <summary>Reads an entry.</summary>
    /// <returns>Its states; null if there is no file, or, rejected, none that is whole and equal to what is asked for.</returns>
    public (EntryStates? States, bool Rejected) Read(Entry entry, ModelIdentity model)
    {
        var path = FileOf(entry.Key);
        if (!File.Exists(path))
            return (null, false);
        try
        {
            var states = SegmentFile.Read(path, entry, model);
            if (states is not null && _mostBytes is not null)
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return (states, states is null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return (null, true);
        }
    }

    /// <summary>Writes an entry.</summary>
    /// <returns>Bytes written; -1 if it cannot be written, as on a full disk: then there is no file.</returns>
    public long Write(Entry entry, EntryStates states, ModelIdentity model)
    {
        var unfinished = Path.Combine(_path, $"{entry.Key.Hex}.{Guid.NewGuid():N}{Unfinished}");
        try
        {
            long bytes;
            using (var file = _create(unfinished))
            {
                bytes = SegmentFile.Write(file, entry, states, model);
                if (file is FileStream onDisk)
                    onDisk.Flush(flushToDisk: true);
            }

            File.Move(unfinished, FileOf(entry.Key), overwrite: true);
            Shrink();
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Delete(unfinished);
            return -1;
        }
    }

    private string FileOf(EntryKey key) => Path.Combine(_path, key.Hex + End);

    private void Shrink()
    {
        if (_mostBytes is not { } most)
            return;
        var files = new DirectoryInfo(_path).GetFiles("*" + End).OrderBy(f => f.LastWriteTimeUtc).ToArray();
        var bytes = files.Sum(f => f.Length);
        foreach (var file in files.TakeWhile(_ => bytes > most))
        {
            bytes -= file.Length;
            Delete(file.FullName);
        }
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // somebody reads it (Windows): a later write tries again
        }
    }
}
