using System.Numerics;

namespace ML.Extensions.Tokenization;

/// <summary>Pairs of tokens that merge: a flat hash table with open addressing.</summary>
internal sealed class BpeMerges
{
    private const ulong Empty = ulong.MaxValue;
    private readonly ulong[] _keys;
    private readonly long[] _values; // rank in the upper half, id in the lower
    private readonly int _shift;

    /// <summary>Takes merges in the order of their ranks; of equal pairs the last counts.</summary>
    public BpeMerges(IReadOnlyList<(int Left, int Right, int Merged)> merges)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2));
        _keys = new ulong[size];
        _values = new long[size];
        Array.Fill(_keys, Empty);
        _shift = 64 - BitOperations.Log2((uint)size);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right, merged) = merges[rank];
            var slot = Slot(Key(left, right));
            _keys[slot] = Key(left, right);
            _values[slot] = ((long)rank << 32) | (uint)merged;
        }
    }

    /// <summary>Rank in the upper half and the merged token's id in the lower; long.MaxValue if the pair does not merge.</summary>
    public long Find(int left, int right)
    {
        var slot = Slot(Key(left, right));
        return _keys[slot] == Empty ? long.MaxValue : _values[slot];
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Slot(ulong key)
    {
        var slot = (int)((key * 0x9E3779B97F4A7C15) >> _shift);
        while (_keys[slot] != key && _keys[slot] != Empty)
            slot = (slot + 1) & (_keys.Length - 1);
        return slot;
    }
}
