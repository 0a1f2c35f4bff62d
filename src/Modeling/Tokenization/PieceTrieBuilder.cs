using System.Numerics;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Lays out a double array. All children of a node stand in one block of 256 slots; only the last blocks are searched for
/// room, so that building takes time in proportion to the pieces, whatever they are.
/// </summary>
internal sealed class PieceTrieBuilder
{
    private const int Block = 256;
    private const int Words = Block / 64;
    private const int OpenBlocks = 16;
    private readonly byte[] _bytes;
    private readonly (int Start, int Length, int Value)[] _keys; // sorted by bytes, each once
    private PieceTrieNode[] _nodes = [];
    private ulong[] _free = []; // a bit a slot
    private int _blocks;

    public PieceTrieBuilder(IReadOnlyList<KeyValuePair<string, int>> pieces)
    {
        _bytes = new byte[pieces.Sum(p => (long)Encoding.UTF8.GetByteCount(p.Key))];
        var keys = new (int Start, int Length, int Value)[pieces.Count];
        for (int i = 0, at = 0; i < keys.Length; i++)
        {
            var length = Encoding.UTF8.GetBytes(pieces[i].Key, _bytes.AsSpan(at));
            keys[i] = (at, length, pieces[i].Value);
            at += length;
        }

        Array.Sort(keys, (a, b) => Key(a).SequenceCompareTo(Key(b)) is not 0 and var order ? order : a.Start.CompareTo(b.Start));
        var kept = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            kept -= kept > 0 && Key(keys[i]).SequenceEqual(Key(keys[kept - 1])) ? 1 : 0;
            keys[kept++] = keys[i];
        }

        _keys = keys[..kept];
    }

    /// <summary>The slots; the root is slot 0.</summary>
    public PieceTrieNode[] Build()
    {
        AddBlock();
        Take(0);
        var open = new Stack<(int Node, int From, int To, int Depth)>();
        open.Push((0, 0, _keys.Length, 0));
        Span<byte> labels = stackalloc byte[Block];
        Span<int> firsts = stackalloc int[Block + 1];
        while (open.TryPop(out var at))
        {
            var from = at.From;
            if (from < at.To && _keys[from].Length == at.Depth)
                _nodes[at.Node].Value = _keys[from++].Value;
            var count = 0;
            for (var i = from; i < at.To; i++)
            {
                var label = _bytes[_keys[i].Start + at.Depth];
                if (count > 0 && labels[count - 1] == label)
                    continue;
                firsts[count] = i;
                labels[count++] = label;
            }

            if (count == 0)
                continue;
            firsts[count] = at.To;
            var room = FindRoom(labels[..count]);
            _nodes[at.Node].Base = room;
            for (var i = 0; i < count; i++)
            {
                var child = room ^ labels[i];
                Take(child);
                _nodes[child].Parent = at.Node;
                open.Push((child, firsts[i], firsts[i + 1], at.Depth + 1));
            }
        }

        return _nodes[..(_blocks * Block)];
    }

    private ReadOnlySpan<byte> Key((int Start, int Length, int Value) key) => _bytes.AsSpan(key.Start, key.Length);

    private int FindRoom(ReadOnlySpan<byte> labels)
    {
        for (var word = Math.Max(0, _blocks - OpenBlocks) * Words; word < _blocks * Words; word++)
        {
            for (var free = _free[word]; free != 0; free &= free - 1)
            {
                var room = ((word * 64) + BitOperations.TrailingZeroCount(free)) ^ labels[0];
                if (Fits(room, labels))
                    return room;
            }
        }

        AddBlock();
        return (_blocks - 1) * Block;
    }

    private bool Fits(int room, ReadOnlySpan<byte> labels)
    {
        foreach (var label in labels)
            if ((_free[(room ^ label) >> 6] >> ((room ^ label) & 63) & 1) == 0)
                return false;
        return true;
    }

    private void Take(int slot) => _free[slot >> 6] &= ~(1UL << (slot & 63));

    private void AddBlock()
    {
        if ((_blocks + 1) * Block > _nodes.Length)
        {
            var blocks = Math.Max(4, _blocks * 3 / 2);
            Array.Resize(ref _nodes, blocks * Block);
            Array.Resize(ref _free, blocks * Words);
        }

        _nodes.AsSpan(_blocks * Block, Block).Fill(new() { Base = 0, Parent = -1, Value = -1 });
        _free.AsSpan(_blocks * Words, Words).Fill(ulong.MaxValue);
        _blocks++;
    }
}
