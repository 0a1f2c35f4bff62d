using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ML.Extensions.DefaultModel.Texts;

/// <summary>Random numbers that depend on a seed and a step alone, so that an interrupted run goes on as if it had not been.</summary>
internal static class Seeds
{
    /// <summary>A generator of a step's own.</summary>
    public static Random Random(int seed, long step)
    {
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, seed);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[4..], step);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(numbers, hash);
        return new(BinaryPrimitives.ReadInt32LittleEndian(hash) & int.MaxValue);
    }
}
