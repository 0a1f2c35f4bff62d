using System.Runtime.InteropServices;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>The table of words [V, E], as floats or in few bits; <see cref="TransformerWeights"/> owns it.</summary>
internal sealed unsafe class WordTable
{
    private readonly Tensor? _rows;
    private readonly CompactMatrix? _compact;

    /// <summary>A table of floats.</summary>
    public WordTable(Tensor rows) => _rows = rows;

    /// <summary>A table in few bits, on the CPU.</summary>
    public WordTable(CompactMatrix compact) => _compact = compact;

    /// <summary>The rows of a pass's tokens, [T, E].</summary>
    public Tensor Rows(TransformerPass pass)
    {
        if (_compact is null)
            return pass.Rows(_rows!, pass.Batch.Ids);
        var ids = pass.Batch.Ids;
        if (Array.Find(ids, id => (uint)id >= (uint)_compact.Outputs) is var wrong && (uint)wrong >= (uint)_compact.Outputs)
            throw new ArgumentOutOfRangeException(nameof(pass), wrong, $"The vocabulary has {_compact.Outputs} ids.");
        var x = empty(ids.Length, _compact.Inputs);
        fixed (byte* to = x.bytes)
        {
            for (var t = 0; t < ids.Length; t++)
                _compact.Decode(ids[t], (float*)to + ((long)t * _compact.Inputs));
        }

        return x;
    }

    /// <summary>One row, float32 on the CPU.</summary>
    public void Row(int id, Span<float> to)
    {
        if (_compact is null)
        {
            MemoryMarshal.Cast<byte, float>(_rows!.bytes).Slice(id * to.Length, to.Length).CopyTo(to);
            return;
        }

        fixed (float* row = to)
            _compact.Decode(id, row);
    }

    /// <summary>The product with the table, which stays here; null where it must be made of floats.</summary>
    public CompactProjection? Product() => _compact is null ? null : new(_compact, null, shared: true);

    /// <summary>The floats, where the table has them.</summary>
    public Tensor? Floats => _rows;
}
