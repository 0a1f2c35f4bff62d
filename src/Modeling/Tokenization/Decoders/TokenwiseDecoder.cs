namespace ML.Extensions.Tokenization;

/// <summary>Changes each token by itself.</summary>
/// <param name="change">What a token becomes: (token, place, number of tokens).</param>
internal sealed class TokenwiseDecoder(Func<string, int, int, string> change) : TokenDecoder
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select((t, i) => change(t, i, tokens.Count))];
}
