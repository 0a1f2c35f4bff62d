using System.Text;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Small SentencePiece model files, written field by field.</summary>
internal static class SampleSentencePieces
{
    /// <summary>A Unigram model: "ab" and single letters; its map makes "Q" "ab" and the ligature "ﬁ" "fi".</summary>
    public static byte[] Unigram(bool bytes = false, bool trims = true) => File(1, bytes, trims, true,
        ("▁", -3), ("▁ab", -1), ("ab", -2), ("a", -4), ("b", -4), ("c", -4), ("f", -5), ("i", -5));

    /// <summary>A BPE model that merges "bc", then "ab", then "▁ab".</summary>
    public static byte[] Bpe() => File(2, true, false, false,
        ("▁", -10), ("a", -10), ("b", -10), ("c", -10), ("bc", -1), ("ab", -2), ("▁ab", -3));

    private static byte[] File(int kind, bool bytes, bool trims, bool map, params (string Text, float Score)[] pieces)
    {
        var file = new List<byte>();
        Field(file, 1, Piece("<unk>", 0, SentencePieceType.Unknown));
        Field(file, 1, Piece("<s>", 0, SentencePieceType.Control));
        Field(file, 1, Piece("</s>", 0, SentencePieceType.Control));
        for (var b = 0; bytes && b < 256; b++)
            Field(file, 1, Piece($"<0x{b:X2}>", 0, SentencePieceType.Byte));
        foreach (var (text, score) in pieces)
            Field(file, 1, Piece(text, score, SentencePieceType.Normal));
        Field(file, 1, Piece("[user]", 0, SentencePieceType.UserDefined));
        Field(file, 2, [.. Varint(3, kind), .. Varints(35, bytes ? 1 : 0)]);
        var normalizer = new List<byte>();
        if (map)
            Field(normalizer, 2, Map());
        normalizer.AddRange(Varint(4, trims ? 1 : 0));
        Field(file, 3, [.. normalizer]);
        return [.. file];
    }

    /// <summary>A double array with two entries, each node's children in a block of their own.</summary>
    private static byte[] Map()
    {
        var units = new uint[6 * 256];
        var block = 0;
        Entry("Q", 0);
        Entry("ﬁ", 3);
        var texts = Encoding.UTF8.GetBytes("ab\0fi\0");
        return [.. BitConverter.GetBytes(units.Length * 4), .. units.SelectMany(BitConverter.GetBytes), .. texts];

        void Entry(string key, uint value)
        {
            var (room, last) = (0, 0); // the root's children stand in block 0
            foreach (var label in Encoding.UTF8.GetBytes(key))
            {
                var at = room ^ label;
                room = ++block * 256;
                units[at] = label | (uint)(at ^ room) << 10;
                last = at;
            }

            units[last] |= 1u << 8;
            units[room] = value | 1u << 31;
        }
    }

    private static byte[] Piece(string text, float score, SentencePieceType type)
    {
        var bytes = new List<byte>();
        Field(bytes, 1, Encoding.UTF8.GetBytes(text));
        bytes.Add(2 << 3 | 5);
        bytes.AddRange(BitConverter.GetBytes(score));
        bytes.AddRange(Varint(3, (int)type));
        return [.. bytes];
    }

    private static void Field(List<byte> file, int number, byte[] content)
    {
        file.Add((byte)(number << 3 | 2));
        for (var n = content.Length; ; n >>= 7)
        {
            file.Add((byte)(n < 0x80 ? n : n & 0x7F | 0x80));
            if (n < 0x80)
                break;
        }

        file.AddRange(content);
    }

    private static byte[] Varint(int field, int value) => [(byte)(field << 3), (byte)value];

    private static byte[] Varints(int field, int value) => [(byte)(field << 3 & 0x7F | 0x80), (byte)(field << 3 >> 7), (byte)value];
}
