namespace ML.Extensions.Tokenization;

/// <summary>Turns texts into ids and back. Safe for use by several threads.</summary>
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

    /// <summary>How rows are made of texts and pairs: see <see cref="TokenizedRows"/>. A pair is the first text's row and the second text with the suffix.</summary>
    public virtual TextLayout Layout => TextLayout.Around(Prefix, Suffix, [], 1);

    /// <summary>Special tokens as a text spells them, such as the end of a turn: where they stand in a text, <see cref="Encode"/> gives their ids.</summary>
    public virtual IReadOnlyList<string> SpecialTexts => [];

    /// <summary>Tokens of a text, without special ones. Lone surrogates count as unknown characters.</summary>
    public abstract TokenizedText Encode(string text);

    /// <summary>The text of ids.</summary>
    /// <param name="ids">Ids of the vocabulary.</param>
    /// <param name="skipSpecial">Leaves special tokens out.</param>
    /// <exception cref="NotSupportedException">The tokenizer knows no way back.</exception>
    public virtual string Decode(IReadOnlyList<int> ids, bool skipSpecial = true) =>
        throw new NotSupportedException($"A tokenizer of the kind {Kind} cannot turn ids into text.");
}
