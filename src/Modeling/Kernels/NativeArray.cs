using System.Runtime.InteropServices;

namespace ML.Extensions.Kernels;

/// <summary>Memory outside the garbage collector's heap, aligned to 64 bytes and, unless it is left as it comes, set to zero.</summary>
internal sealed unsafe class NativeArray<T> : SafeHandle
    where T : unmanaged
{
    /// <summary>Takes <paramref name="length"/> elements.</summary>
    public NativeArray(long length, bool clear = true)
        : base(0, true)
    {
        Length = length;
        var bytes = checked((nuint)(Math.Max(length, 1) * sizeof(T)));
        SetHandle((nint)NativeMemory.AlignedAlloc(bytes, 64));
        if (clear)
            NativeMemory.Clear((void*)handle, bytes);
    }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The first element.</summary>
    public T* Pointer => (T*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The elements from a place on.</summary>
    public Span<T> Span(long start, int length) => start >= 0 && length >= 0 && start + length <= Length
        ? new(Pointer + start, length)
        : throw new ArgumentOutOfRangeException(nameof(start), $"[{start}, {start + length}) of {Length} elements");

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
