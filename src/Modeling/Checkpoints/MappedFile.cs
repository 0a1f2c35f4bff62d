using System.IO.MemoryMappedFiles;

namespace ML.Extensions.Checkpoints;

/// <summary>A file mapped into memory for reading.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly Lock _gate = new();
    private byte* _start;
    private int _readers;
    private bool _closed;

    /// <summary>Maps the file.</summary>
    public MappedFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Name = Path.GetFileName(path);
        Length = stream.Length;
        if (Length == 0)
            return; // an empty file cannot be mapped
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>File name without folder.</summary>
    public string Name { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    /// <summary>Copies bytes out of the map. A read that has begun keeps the map until it ends.</summary>
    public void Read(long offset, Span<byte> target)
    {
        if (offset < 0 || offset > Length - target.Length)
            throw CheckpointErrors.Broken(Name, $"it ends at byte {Length}, inside bytes {offset} to {offset + target.Length}.");
        if (target.Length == 0)
            return;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _readers++;
        }

        try
        {
            new ReadOnlySpan<byte>(_start + offset, target.Length).CopyTo(target);
        }
        finally
        {
            lock (_gate)
                if (--_readers == 0 && _closed)
                    Release();
        }
    }

    /// <summary>Copies a part of the file.</summary>
    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes.AsSpan());
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            if (_readers == 0)
                Release();
        }
    }

    private void Release()
    {
        if (_start != null)
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _start = null;
        _view?.Dispose();
        _map?.Dispose();
    }
}
