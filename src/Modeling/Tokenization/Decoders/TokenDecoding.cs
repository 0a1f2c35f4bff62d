namespace ML.Extensions.Tokenization;

/// <summary>Ids to text: added tokens, the model's, then a decoder.</summary>
internal sealed class TokenDecoding
{
    private readonly Dictionary<int, AddedToken> _added = [];
    private readonly Func<int, string?> _model;
    private readonly TokenDecoder? _decoder;

    /// <param name="added">Tokens beside the model's; those that match the normalised text stand for what they match.</param>
    /// <param name="normalize">What the tokenizer makes of a text.</param>
    /// <param name="model">Text of the model's ids; null for others.</param>
    /// <param name="decoder">Turns tokens into text; null joins them by blanks.</param>
    public TokenDecoding(IReadOnlyList<AddedToken> added, Func<string, string> normalize, Func<int, string?> model, TokenDecoder? decoder)
    {
        foreach (var token in added)
            _added.TryAdd(token.Id, token.Normalized ? token with { Content = normalize(token.Content) } : token);
        (_model, _decoder) = (model, decoder);
    }

    /// <summary>Text of an id; null if it is none.</summary>
    public string? Token(int id) => _added.TryGetValue(id, out var added) ? added.Content : _model(id);

    /// <summary>The text of ids.</summary>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecial)
    {
        var tokens = new List<string>(ids.Count);
        foreach (var id in ids)
            if (!(skipSpecial && _added.TryGetValue(id, out var added) && added.Special) && Token(id) is { } token)
                tokens.Add(token);
        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }
}
