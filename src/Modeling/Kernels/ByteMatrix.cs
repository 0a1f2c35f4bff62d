using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Extensions.Kernels;

/// <summary>A <see cref="CompactMatrix"/> of signed bytes with a scale for each row, or for each block of 32 of its weights.</summary>
internal sealed unsafe class ByteMatrix : CompactMatrix
{
    /// <summary>Weights of a block.</summary>
    public const int Block = 32;

    private readonly NativeArray<sbyte> _codes; // [N, stride]
    private readonly NativeArray<float> _scales; // [N, blocks or 1]
    private readonly bool _blocks;
    private readonly int _stride, _perRow;

    /// <summary>An empty matrix: all weights 0.</summary>
    /// <param name="outputs">N.</param>
    /// <param name="inputs">K.</param>
    /// <param name="blocks">Whether each block has its own scale.</param>
    public ByteMatrix(int outputs, int inputs, bool blocks)
        : base(outputs, inputs)
    {
        _blocks = blocks;
        _stride = (inputs + Block - 1) / Block * Block;
        _perRow = blocks ? _stride / Block : 1;
        _codes = new((long)outputs * _stride);
        _scales = new((long)outputs * _perRow);
    }

    /// <summary>Weights [N, K] as bytes with a scale for each row.</summary>
    public static ByteMatrix Of(ReadOnlySpan<float> weights, int outputs, int inputs)
    {
        var matrix = new ByteMatrix(outputs, inputs, blocks: false);
        for (var n = 0; n < outputs; n++)
            matrix.Quantize(n, weights.Slice(n * inputs, inputs));
        return matrix;
    }

    /// <inheritdoc/>
    public override long Bytes => _codes.Length + (4 * _scales.Length);

    /// <summary>Codes of a row, [K].</summary>
    public Span<sbyte> Codes(int n) => _codes.Span((long)n * _stride, Inputs);

    /// <summary>Scales of a row: one, or one for each block.</summary>
    public Span<float> Scales(int n) => _scales.Span((long)n * _perRow, _perRow);

    /// <summary>Quantises a row with one scale: the weight farthest from 0 becomes 127 or -127.</summary>
    public void Quantize(int n, ReadOnlySpan<float> row)
    {
        var most = 0f;
        foreach (var w in row)
            most = Math.Max(most, Math.Abs(w));
        Scales(n).Fill(most / 127);
        var inverse = most > 0 ? 127 / most : 0;
        var codes = Codes(n);
        for (var k = 0; k < row.Length; k++)
            codes[k] = (sbyte)Math.Clamp(MathF.Round(row[k] * inverse), -127, 127);
    }

    /// <inheritdoc/>
    public override float Dot(int n, float* x, float* prepared)
    {
        var codes = _codes.Pointer + ((long)n * _stride);
        var scales = _scales.Pointer + ((long)n * _perRow);
        var whole = Inputs / Block * Block;
        var sum = _blocks ? Blocks(codes, scales, x, whole) : scales[0] * Row(codes, x, whole);
        var rest = 0f;
        for (var k = whole; k < Inputs; k++)
            rest += codes[k] * x[k];
        return sum + (rest * scales[_perRow - 1]);
    }

    /// <inheritdoc/>
    public override void Decode(int n, float* row)
    {
        var codes = _codes.Pointer + ((long)n * _stride);
        var scales = _scales.Pointer + ((long)n * _perRow);
        var k = 0;
        for (; k <= Inputs - 16; k += 16)
            (Floats(Vector128.Load(codes + k)) * scales[_blocks ? k / Block : 0]).Store(row + k);
        for (; k < Inputs; k++)
            row[k] = codes[k] * scales[_blocks ? k / Block : 0];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _codes.Dispose();
        _scales.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Row(sbyte* codes, float* x, int length)
    {
        var (s, t) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var k = 0; k < length; k += Block)
        {
            s = Vector512.FusedMultiplyAdd(Floats(Vector128.Load(codes + k)), Vector512.Load(x + k), s);
            t = Vector512.FusedMultiplyAdd(Floats(Vector128.Load(codes + k + 16)), Vector512.Load(x + k + 16), t);
        }

        return Vector512.Sum(s + t);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Blocks(sbyte* codes, float* scales, float* x, int length)
    {
        var (s, t) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var k = 0; k < length; k += Block)
        {
            var d = Vector512.Create(*scales++);
            s = Vector512.FusedMultiplyAdd(Floats(Vector128.Load(codes + k)) * d, Vector512.Load(x + k), s);
            t = Vector512.FusedMultiplyAdd(Floats(Vector128.Load(codes + k + 16)) * d, Vector512.Load(x + k + 16), t);
        }

        return Vector512.Sum(s + t);
    }
}
