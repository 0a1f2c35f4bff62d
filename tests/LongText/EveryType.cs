using Microsoft.ML.Data;

namespace ML.Extensions.Tests.LongText;

/// <summary>A row with a column of each ML.NET type.</summary>
public sealed class EveryType
{
    public EveryType()
    {
    }

    public EveryType(int i)
    {
        Text = $"text {i}";
        Words = [.. Enumerable.Range(0, i % 4).Select(w => $"word {w}")];
        Numbers = [.. Enumerable.Range(0, (i + 1) % 4).Select(n => (double)n)];
        Three = [i, 0, -i];
        (Flag, Byte, SByte, Short, UShort) = (i % 2 == 0, (byte)i, (sbyte)-i, (short)i, (ushort)i);
        (Int, UInt, Long, ULong, Float, Double) = (i, (uint)i, i, (ulong)i, i / 3f, i / 7.0);
        (Time, Zoned, Span) = (new(2026, 1, 1 + i), new(2026, 1, 1 + i, 1, 1, 1, TimeSpan.FromHours(2)), TimeSpan.FromSeconds(i));
    }

    public string Text { get; set; } = "";

    public string[] Words { get; set; } = [];

    public double[] Numbers { get; set; } = [];

    [VectorType(3)]
    public int[] Three { get; set; } = [];

    public bool Flag { get; set; }

    public byte Byte { get; set; }

    public sbyte SByte { get; set; }

    public short Short { get; set; }

    public ushort UShort { get; set; }

    public int Int { get; set; }

    public uint UInt { get; set; }

    public long Long { get; set; }

    public ulong ULong { get; set; }

    public float Float { get; set; }

    public double Double { get; set; }

    public DateTime Time { get; set; }

    public DateTimeOffset Zoned { get; set; }

    public TimeSpan Span { get; set; }
}
