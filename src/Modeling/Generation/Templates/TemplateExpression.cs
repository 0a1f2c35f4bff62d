namespace ML.Extensions.Generation;

/// <summary>An expression of a template: one of the kinds in here.</summary>
/// <param name="Line">Its line, from 1 on.</param>
internal abstract record TemplateExpression(int Line)
{
    /// <summary>A value as it stands.</summary>
    public sealed record Literal(int Line, object? Value) : TemplateExpression(Line);

    /// <summary>A variable.</summary>
    public sealed record Name(int Line, string Text) : TemplateExpression(Line);

    /// <summary>[a, b] or, as a tuple, (a, b).</summary>
    public sealed record Items(int Line, IReadOnlyList<TemplateExpression> Values, bool Tuple) : TemplateExpression(Line);

    /// <summary>{key: value}.</summary>
    public sealed record Mapping(int Line, IReadOnlyList<(TemplateExpression Key, TemplateExpression Value)> Pairs) : TemplateExpression(Line);

    /// <summary>a.name.</summary>
    public sealed record Member(int Line, TemplateExpression Of, string Text) : TemplateExpression(Line);

    /// <summary>a[index].</summary>
    public sealed record Item(int Line, TemplateExpression Of, TemplateExpression Index) : TemplateExpression(Line);

    /// <summary>a[first:last:step].</summary>
    public sealed record Slice(int Line, TemplateExpression Of, TemplateExpression? First, TemplateExpression? Last, TemplateExpression? Step) : TemplateExpression(Line);

    /// <summary>a(arguments).</summary>
    public sealed record Call(int Line, TemplateExpression Of, TemplateArguments Arguments) : TemplateExpression(Line);

    /// <summary>*a in a call: each of its items is an argument.</summary>
    public sealed record Spread(int Line, TemplateExpression Of) : TemplateExpression(Line);

    /// <summary>a | filter(arguments).</summary>
    public sealed record Filter(int Line, TemplateExpression Of, string Text, TemplateArguments Arguments) : TemplateExpression(Line);

    /// <summary>a is test(arguments).</summary>
    public sealed record Test(int Line, TemplateExpression Of, string Text, TemplateArguments Arguments) : TemplateExpression(Line);

    /// <summary>-a, +a, not a.</summary>
    public sealed record Unary(int Line, string Operator, TemplateExpression Of) : TemplateExpression(Line);

    /// <summary>Arithmetic, 'and', 'or', '~'.</summary>
    public sealed record Binary(int Line, string Operator, TemplateExpression Left, TemplateExpression Right) : TemplateExpression(Line);

    /// <summary>a &lt; b == c, each with the one before.</summary>
    public sealed record Comparison(int Line, TemplateExpression First, IReadOnlyList<(string Operator, TemplateExpression Other)> Rest) : TemplateExpression(Line);

    /// <summary>a if condition else b.</summary>
    public sealed record Choice(int Line, TemplateExpression Condition, TemplateExpression Then, TemplateExpression? Else) : TemplateExpression(Line);
}
