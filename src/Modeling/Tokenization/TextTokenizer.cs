namespace ML.Extensions.Tokenization;

/// <summary>Turns texts into ids. Safe for use by several threads.</summary>
internal abstract class TextTokenizer
{
    /// <summary>Kind of vocabulary, as messages name it: "WordPiece".</summary>
    public abstract string Kind { get; }

    /// <summary>Number of ids.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>Special ids before a single text, as [CLS].</summary>
    public abstract IReadOnlyList<int> Prefix { get; }

    /// <summary>Special ids after a single text, as [SEP].</summary>
    public abstract IReadOnlyList<int> Suffix { get; }

    /// <summary>Tokens of a text, without special ones. Lone surrogates count as unknown characters.</summary>
    public abstract TokenizedText Encode(string text);
}
