using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Words that were cut before, one a slot: a newer word takes the slot of an older one. Entries never change, so that
/// threads need no lock.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are not kept.</summary>
    public const int MaxLength = 48;

    private const int Bits = 15;
    private readonly Entry?[] _entries = new Entry?[1 << Bits];

    /// <summary>Tokens of a word; empty if it is not kept. The slot is where <see cref="Keep"/> puts it.</summary>
    public ReadOnlySpan<WordToken> Find(ReadOnlySpan<char> word, out int slot)
    {
        slot = Slot(word);
        return Volatile.Read(ref _entries[slot]) is { } entry && word.SequenceEqual(entry.Word) ? entry.Tokens : [];
    }

    /// <summary>Keeps a word of at most <see cref="MaxLength"/> units.</summary>
    public void Keep(ReadOnlySpan<char> word, int slot, WordToken[] tokens) => Volatile.Write(ref _entries[slot], new(word.ToString(), tokens));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(ReadOnlySpan<char> word)
    {
        const ulong Factor = 0x9E3779B97F4A7C15;
        var hash = (ulong)word.Length * Factor;
        var rest = MemoryMarshal.AsBytes(word);
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            hash = (hash ^ (hash >> 29) ^ MemoryMarshal.Read<ulong>(rest)) * Factor;
        for (; rest.Length > 0; rest = rest[sizeof(ushort)..])
            hash = (hash ^ (hash >> 29) ^ MemoryMarshal.Read<ushort>(rest)) * Factor;
        return (int)(hash >> (64 - Bits));
    }

    private sealed record Entry(string Word, WordToken[] Tokens);
}
