namespace ML.Extensions.Tokenization;

/// <summary>What the expressions of byte-level tokenizers tell apart.</summary>
internal enum LetterKind : byte
{
    /// <summary>Neither of the others.</summary>
    Other,

    /// <summary>\p{L}.</summary>
    Letter,

    /// <summary>\p{N}.</summary>
    Number,

    /// <summary>\s.</summary>
    Blank,
}
