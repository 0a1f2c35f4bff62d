namespace ML.Extensions.Generation;

/// <summary>A place in a template's tokens.</summary>
internal sealed class TokenCursor(List<TemplateToken> tokens)
{
    private const int MostDepth = 100;
    private int _at, _depth;

    /// <summary>The token here.</summary>
    public TemplateToken Current => tokens[_at];

    /// <summary>The token behind it.</summary>
    public TemplateToken Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    /// <summary>Gives the token here and goes on.</summary>
    public TemplateToken Next() => _at < tokens.Count - 1 ? tokens[_at++] : tokens[_at];

    /// <summary>Goes on if this symbol is here.</summary>
    public bool Skip(string symbol) => Current.IsSymbol(symbol) && Next().Line > 0;

    /// <summary>Goes on if this word is here.</summary>
    public bool SkipName(string name) => Current.IsName(name) && Next().Line > 0;

    /// <summary>Goes on over a symbol that must be here.</summary>
    /// <exception cref="TemplateError">Something else is.</exception>
    public void Expect(string symbol)
    {
        if (!Skip(symbol))
            throw Unexpected($"'{symbol}'");
    }

    /// <summary>Goes on over a tag's end that must be here.</summary>
    /// <exception cref="TemplateError">Something else is.</exception>
    public void ExpectClose()
    {
        if (Next().Kind != TemplateTokenKind.Close)
        {
            _at--;
            throw Unexpected("the tag's end");
        }
    }

    /// <summary>A name that must be here.</summary>
    /// <exception cref="TemplateError">Something else is.</exception>
    public string ExpectName() => Current.Kind == TemplateTokenKind.Name ? Next().Text : throw Unexpected("a name");

    /// <summary>The error about the token here.</summary>
    public TemplateError Unexpected(string expected) => new(Current.Line, $"found {Current.Described}; expected {expected}.");

    /// <summary>Goes a level deeper.</summary>
    /// <exception cref="TemplateError">The template nests too deep.</exception>
    public void Enter()
    {
        TemplateBudget.CheckStack(Current.Line);
        if (++_depth > MostDepth)
            throw new TemplateError(Current.Line, $"it nests deeper than {MostDepth} levels.");
    }

    /// <summary>Comes back up.</summary>
    public void Leave() => _depth--;
}
