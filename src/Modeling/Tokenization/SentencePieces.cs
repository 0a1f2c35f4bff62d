using System.Globalization;

namespace ML.Extensions.Tokenization;

/// <summary>A SentencePiece vocabulary by text and by id.</summary>
internal sealed class SentencePieces
{
    /// <summary>What stands for a blank inside pieces.</summary>
    public const char Blank = '\u2581';

    private readonly Dictionary<string, int> _reserved = new(StringComparer.Ordinal);
    private readonly int[] _bytes = new int[256];

    public SentencePieces(SentencePieceModel model)
    {
        Model = model;
        var found = new List<KeyValuePair<string, int>>();
        var user = new List<KeyValuePair<string, int>>();
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            var piece = model.Pieces[id];
            if (piece.Type is SentencePieceType.Normal or SentencePieceType.UserDefined or SentencePieceType.Unused)
                found.Add(new(piece.Text, id));
            else
                _reserved[piece.Text] = id;
            if (piece.Type == SentencePieceType.UserDefined)
                user.Add(new(piece.Text, id));
            if (piece.Type == SentencePieceType.Unknown)
                Unknown = id;
            HasUnused |= piece.Type == SentencePieceType.Unused;
        }

        Trie = new(found);
        UserDefined = user.Count > 0 ? new(user) : null;
        for (var b = 0; model.ByteFallback && b < 256; b++)
            _bytes[b] = Id(OfByte(b));
    }

    public SentencePieceModel Model { get; }

    /// <summary>Pieces that occur in text.</summary>
    public PieceTrie Trie { get; }

    /// <summary>Pieces that are found before anything else; null if there are none.</summary>
    public PieceTrie? UserDefined { get; }

    /// <summary>Id of unknown characters.</summary>
    public int Unknown { get; }

    /// <summary>Whether some piece is not used.</summary>
    public bool HasUnused { get; }

    /// <summary>Type of a piece.</summary>
    public SentencePieceType Type(int id) => Model.Pieces[id].Type;

    /// <summary>Id of a piece's text, the unknown one if there is no such piece.</summary>
    public int Id(ReadOnlySpan<char> text) =>
        _reserved.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var id) ? id
        : Trie.Find(text) is >= 0 and var found ? found : Unknown;

    /// <summary>The piece of a byte.</summary>
    public int Byte(byte value) => _bytes[value];

    /// <summary>How the piece of a byte is written.</summary>
    public static string OfByte(int value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    /// <summary>The byte that a piece stands for, -1 if it stands for none.</summary>
    public static int ByteOf(string piece) =>
        piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
        && int.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : -1;
}
