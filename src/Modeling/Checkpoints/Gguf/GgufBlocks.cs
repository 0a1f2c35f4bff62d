using System.Buffers.Binary;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>
/// Blocks of 32 numbers with a scale d, and a smallest value m in the forms _1, both float16. The low halves of 16 bytes are
/// the first 16 numbers, the high halves the others. Source: ggml-common.h of github.com/ggml-org/llama.cpp.
/// </summary>
internal static class GgufBlocks
{
    private const int Size = 32;

    /// <summary>d (q - 8), 4 bits.</summary>
    public static void Q40(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[18..], values = values[Size..])
        {
            var d = Half(blocks);
            for (var i = 0; i < 16; i++)
                (values[i], values[i + 16]) = (d * ((blocks[2 + i] & 15) - 8), d * ((blocks[2 + i] >> 4) - 8));
        }
    }

    /// <summary>d q + m, 4 bits.</summary>
    public static void Q41(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[20..], values = values[Size..])
        {
            var (d, m) = (Half(blocks), Half(blocks[2..]));
            for (var i = 0; i < 16; i++)
                (values[i], values[i + 16]) = ((d * (blocks[4 + i] & 15)) + m, (d * (blocks[4 + i] >> 4)) + m);
        }
    }

    /// <summary>d (q - 16), 5 bits: the fifth ones are a word of their own.</summary>
    public static void Q50(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[22..], values = values[Size..])
        {
            var (d, high) = (Half(blocks), BinaryPrimitives.ReadUInt32LittleEndian(blocks[2..]));
            for (var i = 0; i < 16; i++)
            {
                values[i] = d * (Fifth(blocks[6 + i] & 15, high, i) - 16);
                values[i + 16] = d * (Fifth(blocks[6 + i] >> 4, high, i + 16) - 16);
            }
        }
    }

    /// <summary>d q + m, 5 bits.</summary>
    public static void Q51(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[24..], values = values[Size..])
        {
            var (d, m, high) = (Half(blocks), Half(blocks[2..]), BinaryPrimitives.ReadUInt32LittleEndian(blocks[4..]));
            for (var i = 0; i < 16; i++)
            {
                values[i] = (d * Fifth(blocks[8 + i] & 15, high, i)) + m;
                values[i + 16] = (d * Fifth(blocks[8 + i] >> 4, high, i + 16)) + m;
            }
        }
    }

    /// <summary>d q, 8 bits.</summary>
    public static void Q80(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[34..], values = values[Size..])
        {
            var d = Half(blocks);
            for (var i = 0; i < Size; i++)
                values[i] = d * (sbyte)blocks[2 + i];
        }
    }

    /// <summary>A float16.</summary>
    public static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    private static int Fifth(int low, uint high, int bit) => low | (int)((high >> bit & 1) << 4);
}
