using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>Lower-cases texts before another tokenizer: sentence-transformers' do_lower_case. Offsets stay, as no character changes its length.</summary>
internal sealed class LowercasingTokenizer(TextTokenizer inner) : TextTokenizer
{
    /// <inheritdoc/>
    public override string Kind => inner.Kind;

    /// <inheritdoc/>
    public override int VocabularySize => inner.VocabularySize;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Prefix => inner.Prefix;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Suffix => inner.Suffix;

    /// <inheritdoc/>
    public override TextLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids, bool skipSpecial = true) => inner.Decode(ids, skipSpecial);

    /// <inheritdoc/>
#pragma warning disable CA1308 // lower case is what the vocabulary holds
    public override TokenizedText Encode(string text) => inner.Encode(text.ToLowerInvariant());
#pragma warning restore CA1308
}
