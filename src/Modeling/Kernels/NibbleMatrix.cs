using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Extensions.Kernels;

/// <summary>
/// A <see cref="CompactMatrix"/> of four bits a weight with a scale and an offset for each block of 32: w = scale · code + offset,
/// scale and offset being 16-bit floats. GGUF's Q4_0 and Q4_1 are of this form.
/// </summary>
internal sealed unsafe class NibbleMatrix : CompactMatrix
{
    /// <summary>Weights of a block.</summary>
    public const int Block = 32;

    /// <summary>Blocks whose scales are read together.</summary>
    private const int Group = 8;

    private readonly NativeArray<byte> _codes; // [N, blocks, 16]: low half codes 0..15, high half codes 16..31
    private readonly NativeArray<Half> _scales; // [N, groups, 2, 8]: scales, then offsets, of eight blocks
    private readonly int _blocks, _groups;

    /// <summary>An empty matrix: all weights 0.</summary>
    /// <param name="outputs">N.</param>
    /// <param name="inputs">K, a multiple of 32.</param>
    public NibbleMatrix(int outputs, int inputs)
        : base(outputs, inputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs % Block, 0);
        _blocks = inputs / Block;
        _groups = (_blocks + Group - 1) / Group;
        _codes = new((long)outputs * _blocks * Block / 2);
        _scales = new((long)outputs * _groups * 2 * Group);
    }

    /// <inheritdoc/>
    public override long Bytes => _codes.Length + (2 * _scales.Length);

    /// <inheritdoc/>
    public override int Prepared => _groups * Group;

    /// <summary>Sets a block of a row: its scale, offset and 32 codes of 0 to 15.</summary>
    public void Set(int n, int block, Half scale, Half offset, ReadOnlySpan<byte> codes)
    {
        var scales = _scales.Span((((long)n * _groups) + (block / Group)) * 2 * Group, 2 * Group);
        (scales[block % Group], scales[Group + (block % Group)]) = (scale, offset);
        var to = _codes.Span((((long)n * _blocks) + block) * Block / 2, Block / 2);
        for (var i = 0; i < to.Length; i++)
            to[i] = (byte)(codes[i] | (codes[i + 16] << 4));
    }

    /// <summary>Sum of each block of the input.</summary>
    public override void Prepare(float* x, float* prepared)
    {
        new Span<float>(prepared, Prepared).Clear();
        for (var b = 0; b < _blocks; b++)
            prepared[b] = Vector512.Sum(Vector512.Load(x + (b * Block)) + Vector512.Load(x + (b * Block) + 16));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Dot(int n, float* x, float* prepared)
    {
        var codes = _codes.Pointer + ((long)n * _blocks * Block / 2);
        var scales = (ushort*)_scales.Pointer + ((long)n * _groups * 2 * Group);
        var factors = stackalloc float[Group];
        var (low, high, offsets) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector256<float>.Zero);
        for (var g = 0; g < _groups; g++, scales += 2 * Group)
        {
            Floats(scales).Store(factors);
            offsets = Vector256.FusedMultiplyAdd(Floats(scales + Group), Vector256.Load(prepared + (g * Group)), offsets);
            var count = Math.Min(Group, _blocks - (g * Group));
            for (var b = 0; b < count; b++, codes += Block / 2, x += Block)
            {
                var (q, d) = (Vector128.Load(codes), Vector512.Create(factors[b]));
                var a = Floats((q & Vector128.Create((byte)15)).AsSByte());
                var c = Floats(Vector128.ShiftRightLogical(q, 4).AsSByte());
                low = Vector512.FusedMultiplyAdd(a * d, Vector512.Load(x), low);
                high = Vector512.FusedMultiplyAdd(c * d, Vector512.Load(x + 16), high);
            }
        }

        return Vector512.Sum(low + high) + Vector256.Sum(offsets);
    }

    /// <inheritdoc/>
    public override void Decode(int n, float* row)
    {
        var codes = _codes.Pointer + ((long)n * _blocks * Block / 2);
        for (var b = 0; b < _blocks; b++, codes += Block / 2, row += Block)
        {
            var scales = _scales.Pointer + ((((long)n * _groups) + (b / Group)) * 2 * Group);
            var (d, m) = (Vector512.Create((float)scales[b % Group]), Vector512.Create((float)scales[Group + (b % Group)]));
            var q = Vector128.Load(codes);
            ((Floats((q & Vector128.Create((byte)15)).AsSByte()) * d) + m).Store(row);
            ((Floats(Vector128.ShiftRightLogical(q, 4).AsSByte()) * d) + m).Store(row + 16);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _codes.Dispose();
        _scales.Dispose();
    }

    /// <summary>Eight finite 16-bit floats as 32-bit ones: the bits moved into place, the exponent's bias by a product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Floats(ushort* halves)
    {
        var (a, b) = Vector128.Widen(Vector128.Load(halves));
        var bits = Vector256.Create(a, b);
        var sign = Vector256.ShiftLeft(bits & Vector256.Create(0x8000u), 16);
        var rest = Vector256.ShiftLeft(bits & Vector256.Create(0x7FFFu), 13);
        return ((rest.AsSingle() * 5.192296858534828e33f).AsUInt32() | sign).AsSingle(); // 2^112
    }
}
