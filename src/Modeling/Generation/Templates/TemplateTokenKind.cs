namespace ML.Extensions.Generation;

/// <summary>Kinds of a template's tokens.</summary>
internal enum TemplateTokenKind
{
    /// <summary>Text outside of tags.</summary>
    Text,

    /// <summary>{{ or {%; the token's text says which.</summary>
    Open,

    /// <summary>}} or %}.</summary>
    Close,

    /// <summary>A name or a word such as 'in'.</summary>
    Name,

    /// <summary>A text in quotes, without them.</summary>
    Quoted,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with a point or an exponent.</summary>
    Number,

    /// <summary>An operator, a bracket, a comma.</summary>
    Symbol,

    /// <summary>The template's end.</summary>
    End,
}
