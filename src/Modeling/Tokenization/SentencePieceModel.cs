namespace ML.Extensions.Tokenization;

/// <summary>What a SentencePiece model holds: pieces by id, and how texts are prepared. Defaults are the format's.</summary>
internal sealed record SentencePieceModel
{
    /// <summary>Pieces; the place is the id.</summary>
    public required IReadOnlyList<SentencePiece> Pieces { get; init; }

    /// <summary>How texts are cut.</summary>
    public SentencePieceModelKind Kind { get; init; } = SentencePieceModelKind.Unigram;

    /// <summary>Characters that are no piece become pieces of bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Puts the blank of <see cref="AddDummyPrefix"/> behind the text, and blanks at the ends of words.</summary>
    public bool WhitespaceIsSuffix { get; init; }

    /// <summary>Puts a blank before the text.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>Drops blanks at both ends, and all but one of each run.</summary>
    public bool RemoveExtraWhitespaces { get; init; } = true;

    /// <summary>Writes blanks as U+2581.</summary>
    public bool EscapeWhitespaces { get; init; } = true;

    /// <summary>Characters and what they become; null if they stay.</summary>
    public CharacterMap? Characters { get; init; }

    /// <summary>What an unknown piece is in a decoded text.</summary>
    public string UnknownSurface { get; init; } = " \u2047 ";

    /// <summary>Ids of the pieces that begin and end a text, and that fill rows, as the trainer named them; -1 if there are none.</summary>
    public (int Begin, int End, int Padding) Special { get; init; } = (1, 2, -1);
}
