using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>A tokenizer without its special tokens: a StaticEmbedding module takes the text's own alone.</summary>
internal sealed class PlainTokenizer(TextTokenizer inner) : TextTokenizer
{
    /// <inheritdoc/>
    public override string Kind => inner.Kind;

    /// <inheritdoc/>
    public override int VocabularySize => inner.VocabularySize;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Prefix => [];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Suffix => [];

    /// <inheritdoc/>
    public override TokenizedText Encode(string text) => inner.Encode(text);

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids, bool skipSpecial = true) => inner.Decode(ids, skipSpecial);
}
