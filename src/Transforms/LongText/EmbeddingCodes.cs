namespace ML.Extensions.LongText;

/// <summary>Int8 and binary codes of an embedding.</summary>
internal static class EmbeddingCodes
{
    /// <summary>round(127 · v / max|v|).</summary>
    public static sbyte[] Int8(float[] vector)
    {
        var largest = vector.Max(Math.Abs);
        return largest == 0 ? new sbyte[vector.Length]
            : Array.ConvertAll(vector, v => (sbyte)Math.Round(127 * v / largest, MidpointRounding.ToEven));
    }

    /// <summary>Steps of the ranges, less 128.</summary>
    public static sbyte[] Int8(float[] vector, EmbeddingRanges ranges) => Signed(ranges.Bytes(vector));

    /// <summary>Each byte less 128.</summary>
    public static sbyte[] Signed(byte[] bytes) => Array.ConvertAll(bytes, b => (sbyte)(b - 128));

    /// <summary>One bit a dimension, set where v &gt; 0; the first dimension is the first byte's most significant bit.</summary>
    public static byte[] Binary(float[] vector)
    {
        var bytes = new byte[(vector.Length + 7) / 8];
        for (var i = 0; i < vector.Length; i++)
        {
            if (vector[i] > 0)
                bytes[i / 8] |= (byte)(0x80 >> (i % 8));
        }

        return bytes;
    }
}
