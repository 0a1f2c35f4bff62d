namespace ML.Extensions.Tokenization;

/// <summary>What a piece of a SentencePiece model is; the numbers are the file's, and GGUF's.</summary>
internal enum SentencePieceType
{
    /// <summary>Found in text.</summary>
    Normal = 1,

    /// <summary>Stands for what is no piece.</summary>
    Unknown = 2,

    /// <summary>Never found in text: begin and end of a text.</summary>
    Control = 3,

    /// <summary>Found in text before anything else.</summary>
    UserDefined = 4,

    /// <summary>Not used; its own parts stand for it.</summary>
    Unused = 5,

    /// <summary>A byte of a character that is no piece.</summary>
    Byte = 6,
}
