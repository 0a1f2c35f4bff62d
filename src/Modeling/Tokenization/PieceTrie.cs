using System.Runtime.CompilerServices;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Pieces by their prefixes: a double array over UTF-8 bytes (J. Aoe 1989), in which a step is one look-up. Walks take
/// UTF-16 text and come out at whole characters.
/// </summary>
internal sealed class PieceTrie
{
    /// <summary>Where a walk starts.</summary>
    public const int Root = 0;

    private readonly PieceTrieNode[] _nodes;

    /// <summary>Takes pieces with their values, which are not negative; of equal pieces the last one stands.</summary>
    public PieceTrie(IReadOnlyList<KeyValuePair<string, int>> pieces) => _nodes = new PieceTrieBuilder(pieces).Build();

    /// <summary>The node behind the character at a place, -1 if no piece goes on so; moves the place to the next character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int node, ReadOnlySpan<char> text, ref int at)
    {
        uint c = text[at];
        if (c < 0x80)
        {
            at++;
            return Step(node, (byte)c);
        }

        return NextLong(node, text, ref at);
    }

    /// <summary>Value of the piece that ends at a node, -1 if none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Value(int node) => _nodes[node].Value;

    /// <summary>Value of a whole piece, -1 if there is none.</summary>
    public int Find(ReadOnlySpan<char> piece)
    {
        var node = Root;
        for (var at = 0; at < piece.Length;)
        {
            node = Next(node, piece, ref at);
            if (node < 0)
                return -1;
        }

        return Value(node);
    }

    /// <summary>UTF-16 units of the longest piece that a text starts with from a place on; 0 if none.</summary>
    public int Longest(ReadOnlySpan<char> text, int from, out int value)
    {
        var (node, longest) = (Root, 0);
        value = -1;
        for (var at = from; at < text.Length;)
        {
            node = Next(node, text, ref at);
            if (node < 0)
                break;
            if (Value(node) >= 0)
                (longest, value) = (at - from, Value(node));
        }

        return longest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Step(int node, byte label)
    {
        var nodes = _nodes;
        var next = nodes[node].Base ^ label;
        return nodes[next].Parent == node ? next : -1;
    }

    private int NextLong(int node, ReadOnlySpan<char> text, ref int at)
    {
        var code = Utf8.At(text, at, out var bytes, out var units);
        at += units;
        for (; bytes > 0 && node >= 0; bytes--, code >>= 8)
            node = Step(node, (byte)code);
        return node;
    }
}
