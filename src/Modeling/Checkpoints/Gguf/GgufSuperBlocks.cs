using System.Buffers.Binary;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>
/// Super-blocks of 256 numbers: parts of 16 or 32 with small whole scales of their own, under float16 scales d (and dmin) of
/// the whole. Source: ggml-common.h, ggml-quants.c of github.com/ggml-org/llama.cpp.
/// </summary>
internal static class GgufSuperBlocks
{
    private const int Size = 256;

    /// <summary>d s q - dmin m; 2 bits, parts of 16.</summary>
    public static void Q2(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[84..], values = values[Size..])
        {
            var (d, dmin) = (GgufBlocks.Half(blocks[80..]), GgufBlocks.Half(blocks[82..]));
            for (var i = 0; i < Size; i++)
            {
                int scale = blocks[i / 16], q = blocks[16 + (i / 128 * 32) + (i % 32)] >> (i % 128 / 32 * 2) & 3;
                values[i] = (d * (scale & 15) * q) - (dmin * (scale >> 4));
            }
        }
    }

    /// <summary>d (s - 32) (q - 4 h); 2 bits and an inverted third, parts of 16.</summary>
    public static void Q3(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[110..], values = values[Size..])
        {
            var d = GgufBlocks.Half(blocks[108..]);
            var scales = blocks.Slice(96, 12);
            for (var i = 0; i < Size; i++)
            {
                var part = i / 16;
                var scale = (scales[part % 8] >> (part / 8 * 4) & 15) | ((scales[8 + (part % 4)] >> (part / 4 * 2) & 3) << 4);
                var q = blocks[32 + (i / 128 * 32) + (i % 32)] >> (i % 128 / 32 * 2) & 3;
                var high = blocks[i % 32] >> (i / 32) & 1;
                values[i] = d * (scale - 32) * (q - (high == 0 ? 4 : 0));
            }
        }
    }

    /// <summary>d s q - dmin m; 4 bits, parts of 32.</summary>
    public static void Q4(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[144..], values = values[Size..])
            for (var part = 0; part < 8; part++)
            {
                var (d, m) = Scales(blocks, part);
                for (var i = 0; i < 32; i++)
                    values[(part * 32) + i] = (d * (blocks[16 + (part / 2 * 32) + i] >> (part % 2 * 4) & 15)) - m;
            }
    }

    /// <summary>d s q - dmin m; 5 bits, parts of 32.</summary>
    public static void Q5(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[176..], values = values[Size..])
            for (var part = 0; part < 8; part++)
            {
                var (d, m) = Scales(blocks, part);
                for (var i = 0; i < 32; i++)
                {
                    var q = (blocks[48 + (part / 2 * 32) + i] >> (part % 2 * 4) & 15) | ((blocks[16 + i] >> part & 1) << 4);
                    values[(part * 32) + i] = (d * q) - m;
                }
            }
    }

    /// <summary>d s (q - 32); 6 bits, parts of 16.</summary>
    public static void Q6(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[210..], values = values[Size..])
        {
            var d = GgufBlocks.Half(blocks[208..]);
            for (var i = 0; i < Size; i++)
            {
                var (half, inside) = (i / 128, i % 128);
                var low = blocks[(half * 64) + (inside % 64)] >> (inside / 64 * 4) & 15;
                var high = blocks[128 + (half * 32) + (inside % 32)] >> (inside / 32 * 2) & 3;
                values[i] = d * (sbyte)blocks[192 + (i / 16)] * ((low | high << 4) - 32);
            }
        }
    }

    /// <summary>d q with a float32 d; 8 bits.</summary>
    public static void Q8(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[292..], values = values[Size..])
        {
            var d = BinaryPrimitives.ReadSingleLittleEndian(blocks);
            for (var i = 0; i < Size; i++)
                values[i] = d * (sbyte)blocks[4 + i];
        }
    }

    /// <summary>The scale and smallest value of one of eight parts, 6 bits each in 12 bytes.</summary>
    private static (float D, float M) Scales(ReadOnlySpan<byte> block, int part)
    {
        var packed = block.Slice(4, 12);
        var (s, m) = part < 4
            ? (packed[part] & 63, packed[part + 4] & 63)
            : ((packed[part + 4] & 15) | (packed[part - 4] >> 6 << 4), (packed[part + 4] >> 4) | (packed[part] >> 6 << 4));
        return (GgufBlocks.Half(block) * s, GgufBlocks.Half(block[2..]) * m);
    }
}
