using System.Numerics;

namespace ML.Extensions.Kernels;

/// <summary>
/// Finds the few bits that weights came from: a matrix decoded from blocks of 4 or 8 bits is packed into such blocks again, and
/// decodes to the same floats. Other matrices are refused after their first blocks.
/// </summary>
internal static class LosslessBlocks
{
    /// <summary>What decoding in another order of operations may change, relative to a block's largest weight.</summary>
    private const float Rounding = 3e-7f;

    /// <summary>The weights [N, K] in four or eight bits, or null where they do not come from such blocks.</summary>
    public static CompactMatrix? Pack(ReadOnlySpan<float> weights, int outputs, int inputs)
    {
        if (inputs % NibbleMatrix.Block != 0)
            return null;
        CompactMatrix? packed = Nibbles(weights, outputs, inputs);
        return packed ?? Bytes(weights, outputs, inputs);
    }

    private static NibbleMatrix? Nibbles(ReadOnlySpan<float> weights, int outputs, int inputs)
    {
        if (!FindNibbles(weights[..NibbleMatrix.Block], stackalloc byte[NibbleMatrix.Block], out _, out _))
            return null;
        var matrix = new NibbleMatrix(outputs, inputs);
        Span<byte> codes = stackalloc byte[NibbleMatrix.Block];
        for (var at = 0; at < weights.Length; at += NibbleMatrix.Block)
        {
            if (!FindNibbles(weights.Slice(at, NibbleMatrix.Block), codes, out var scale, out var offset))
            {
                matrix.Dispose();
                return null;
            }

            matrix.Set(at / inputs, at % inputs / NibbleMatrix.Block, scale, offset, codes);
        }

        return matrix;
    }

    /// <summary>GGUF's Q4_1, whose least and greatest codes occur, or Q4_0, whose farthest weight from 0 is -8 times the scale.</summary>
    private static bool FindNibbles(ReadOnlySpan<float> block, Span<byte> codes, out Half scale, out Half offset)
    {
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var w in block)
            (least, most) = (Math.Min(least, w), Math.Max(most, w));
        (scale, offset) = ((Half)((most - least) / 15), (Half)least);
        if (Fits(block, codes, (float)scale, (float)offset))
            return true;
        var far = -least > most ? least : most;
        (scale, offset) = ((Half)(far / -8), (Half)far);
        return Fits(block, codes, (float)scale, (float)offset);
    }

    private static bool Fits(ReadOnlySpan<float> block, Span<byte> codes, float scale, float offset)
    {
        var inverse = scale != 0 ? 1 / scale : 0;
        var within = new Vector<float>(Rounding * ((15 * Math.Abs(scale)) + Math.Abs(offset)));
        Span<int> found = stackalloc int[NibbleMatrix.Block];
        for (var i = 0; i < block.Length; i += Vector<float>.Count)
        {
            var w = new Vector<float>(block[i..]);
            var q = Vector.Min(Vector.Max(Vector.Round((w - new Vector<float>(offset)) * inverse), Vector<float>.Zero), new Vector<float>(15));
            if (!Vector.LessThanOrEqualAll(Vector.Abs((q * scale) + new Vector<float>(offset) - w), within))
                return false;
            Vector.ConvertToInt32(q).CopyTo(found[i..]);
        }

        for (var i = 0; i < found.Length; i++)
            codes[i] = (byte)found[i];
        return true;
    }

    private static ByteMatrix? Bytes(ReadOnlySpan<float> weights, int outputs, int inputs)
    {
        if (!FindBytes(weights[..ByteMatrix.Block], stackalloc sbyte[ByteMatrix.Block], out _))
            return null;
        var matrix = new ByteMatrix(outputs, inputs, blocks: true);
        for (var n = 0; n < outputs; n++)
        {
            var row = weights.Slice(n * inputs, inputs);
            var codes = matrix.Codes(n);
            var scales = matrix.Scales(n);
            for (var b = 0; b < scales.Length; b++)
            {
                if (FindBytes(row.Slice(b * ByteMatrix.Block, ByteMatrix.Block), codes.Slice(b * ByteMatrix.Block, ByteMatrix.Block), out scales[b]))
                    continue;
                matrix.Dispose();
                return null;
            }
        }

        return matrix;
    }

    /// <summary>GGUF's Q8_0, whose farthest weight from 0 is 127 times the scale, or Q5_0, where it is 16 times the scale.</summary>
    private static bool FindBytes(ReadOnlySpan<float> block, Span<sbyte> codes, out float scale)
    {
        var most = 0f;
        foreach (var w in block)
            most = Math.Max(most, Math.Abs(w));
        scale = most / 127;
        if (Fits(block, codes, scale))
            return true;
        scale = most / 16;
        return Fits(block, codes, scale);
    }

    private static bool Fits(ReadOnlySpan<float> block, Span<sbyte> codes, float scale)
    {
        var inverse = scale > 0 ? 1 / scale : 0;
        var (within, most) = (new Vector<float>(Rounding * 127 * scale), new Vector<float>(127));
        Span<int> found = stackalloc int[ByteMatrix.Block];
        for (var i = 0; i < block.Length; i += Vector<float>.Count)
        {
            var w = new Vector<float>(block[i..]);
            var q = Vector.Min(Vector.Max(Vector.Round(w * inverse), -most), most);
            if (!Vector.LessThanOrEqualAll(Vector.Abs((q * scale) - w), within))
                return false;
            Vector.ConvertToInt32(q).CopyTo(found[i..]);
        }

        for (var i = 0; i < found.Length; i++)
            codes[i] = (sbyte)found[i];
        return true;
    }
}
