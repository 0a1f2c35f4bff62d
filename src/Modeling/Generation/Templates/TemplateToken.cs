namespace ML.Extensions.Generation;

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text.</param>
/// <param name="Line">Its line, from 1 on.</param>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, int Line)
{
    /// <summary>Whether it is this symbol.</summary>
    public bool IsSymbol(string text) => Kind == TemplateTokenKind.Symbol && Text == text;

    /// <summary>Whether it is this word.</summary>
    public bool IsName(string text) => Kind == TemplateTokenKind.Name && Text == text;

    /// <summary>How messages name it.</summary>
    public string Described => Kind == TemplateTokenKind.End ? "the template's end" : $"'{(Text.Length <= 40 ? Text : Text[..40])}'";
}
