using System.Runtime.InteropServices;

namespace ML.Extensions.Attention;

/// <summary>Floats outside the managed heap, aligned to 64 bytes, that one thread uses again and again.</summary>
internal sealed unsafe class ScratchMemory
{
    /// <summary>Floats that a thread keeps from one call to the next; more is given back at once.</summary>
    private const nuint Kept = 1 << 20;

    [ThreadStatic]
    private static ScratchMemory? _own;

    private float* _memory;
    private nuint _size;

    ~ScratchMemory() => Free();

    /// <summary>The calling thread's memory.</summary>
    public static ScratchMemory OfThread => _own ??= new();

    /// <summary>At least this many floats, of any content, until the next call on this thread.</summary>
    public float* Take(nuint floats)
    {
        if (floats > _size)
        {
            Free();
            _memory = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64);
            _size = floats;
        }

        return _memory;
    }

    /// <summary>Frees large memory; call it when the work is done.</summary>
    public void GiveBack()
    {
        if (_size > Kept)
            Free();
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _size = 0;
    }
}
