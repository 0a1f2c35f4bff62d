namespace ML.Extensions.Tokenization;

/// <summary>Ids to text: added tokens, the model's, then a decoder.</summary>
internal sealed class TokenDecoding
{
    private readonly Dictionary<int, string> _texts = []; // of added tokens that the model has not, or otherwise
    private readonly HashSet<int> _special = [];
    private readonly Func<int, string?> _model;
    private readonly TokenDecoder? _decoder;

    /// <param name="added">Tokens beside the model's; those that match the normalised text stand for what they match.</param>
    /// <param name="normalize">What the tokenizer makes of a text.</param>
    /// <param name="model">Text of the model's ids; null for others.</param>
    /// <param name="decoder">Turns tokens into text; null joins them by blanks.</param>
    public TokenDecoding(IReadOnlyList<AddedToken> added, Func<string, string> normalize, Func<int, string?> model, TokenDecoder? decoder)
    {
        foreach (var token in added)
        {
            var text = token.Normalized ? normalize(token.Content) : token.Content;
            if (model(token.Id) != text)
                _texts.TryAdd(token.Id, text);
            if (token.Special)
                _special.Add(token.Id);
        }

        (_model, _decoder) = (model, decoder);
    }

    /// <summary>Text of an id; null if it is none.</summary>
    public string? Token(int id) => _texts.Count > 0 && _texts.TryGetValue(id, out var text) ? text : _model(id);

    /// <summary>The text of ids.</summary>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecial)
    {
        var tokens = new List<string>(ids.Count);
        foreach (var id in ids)
            if (!(skipSpecial && _special.Contains(id)) && Token(id) is { } token)
                tokens.Add(token);
        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Decode(tokens));
    }
}
