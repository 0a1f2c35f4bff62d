namespace ML.Extensions.Tokenization;

/// <summary>A tokenizer of the parts that a tokenizer.json names. Texts that its normalizer keeps are cut in place.</summary>
internal sealed class PipelineTokenizer : TextTokenizer
{
    private readonly PipelineParts _parts;
    private readonly AddedTokens _added;
    private readonly TokenDecoding _decoding;
    private readonly OffsetTrimming? _trimming;

    public PipelineTokenizer(PipelineParts parts)
    {
        _parts = parts;
        _added = AddedTokens.Create(parts.AddedTokens, t => parts.Normalizer?.Normalize(t) ?? t);
        _decoding = new(parts.AddedTokens, t => parts.Normalizer?.Normalize(t) ?? t, parts.Model.Token, parts.Decoder);
        _trimming = parts.Layout.Trims ? new(_decoding.Token, parts.Layout.TrimsAfterPrefixSpace) : null;
        (Prefix, Suffix) = (parts.Layout.Prefix, parts.Layout.Suffix);
        VocabularySize = parts.AddedTokens.Select(t => t.Id + 1).Append(parts.Model.VocabularySize).Max();
    }

    /// <inheritdoc/>
    public override string Kind => _parts.Model.Kind;

    /// <inheritdoc/>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Prefix { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Suffix { get; }

    /// <inheritdoc/>
    public override TextLayout Layout => _parts.Layout;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SpecialTexts => [.. _parts.AddedTokens.Where(t => t.Special).Select(t => t.Content)];

    /// <inheritdoc/>
    public override TokenizedText Encode(string text)
    {
        var run = new PipelineRun(_parts, _added, text);
        var tokens = run.Encode();
        _trimming?.Apply(tokens, run.Matched);
        return tokens;
    }

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids, bool skipSpecial = true) => _decoding.Decode(ids, skipSpecial);
}
