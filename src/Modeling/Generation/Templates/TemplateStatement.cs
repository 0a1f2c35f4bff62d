namespace ML.Extensions.Generation;

/// <summary>A statement of a template: one of the kinds in here.</summary>
/// <param name="Line">Its line, from 1 on.</param>
internal abstract record TemplateStatement(int Line)
{
    /// <summary>Text as it stands.</summary>
    public sealed record Text(int Line, string Value) : TemplateStatement(Line);

    /// <summary>{{ value }}.</summary>
    public sealed record Output(int Line, TemplateExpression Value) : TemplateStatement(Line);

    /// <summary>{% if %} with its {% elif %} parts; the last condition is null for {% else %}.</summary>
    public sealed record If(int Line, IReadOnlyList<(TemplateExpression? Condition, IReadOnlyList<TemplateStatement> Body)> Parts) : TemplateStatement(Line);

    /// <summary>{% for names in values if condition %}.</summary>
    public sealed record For(
        int Line, TemplateTarget Target, TemplateExpression Values, TemplateExpression? Condition, bool Recursive,
        IReadOnlyList<TemplateStatement> Body, IReadOnlyList<TemplateStatement> Else) : TemplateStatement(Line);

    /// <summary>{% set name = value %}.</summary>
    public sealed record Set(int Line, TemplateTarget Target, TemplateExpression Value) : TemplateStatement(Line);

    /// <summary>{% set name | filter %}body{% endset %}.</summary>
    public sealed record SetText(int Line, TemplateTarget Target, IReadOnlyList<TemplateStatement> Body, TemplateExpression Filters) : TemplateStatement(Line);

    /// <summary>{% macro name(parameters) %}.</summary>
    public sealed record Macro(
        int Line, string Name, IReadOnlyList<(string Name, TemplateExpression? Default)> Parameters, IReadOnlyList<TemplateStatement> Body) : TemplateStatement(Line);

    /// <summary>{% call(parameters) macro(…) %}: the body is the macro's 'caller'.</summary>
    public sealed record CallBlock(int Line, Macro Caller, TemplateExpression.Call Value) : TemplateStatement(Line);

    /// <summary>{% filter name %}body{% endfilter %}.</summary>
    public sealed record FilterBlock(int Line, IReadOnlyList<TemplateStatement> Body, TemplateExpression Filters) : TemplateStatement(Line);

    /// <summary>{% with name = value %} in a scope of its own; without values {% generation %}, which is Hugging Face's mark for training.</summary>
    public sealed record With(int Line, IReadOnlyList<(TemplateTarget Target, TemplateExpression Value)> Values, IReadOnlyList<TemplateStatement> Body) : TemplateStatement(Line);

    /// <summary>{% break %} or {% continue %}.</summary>
    public sealed record Jump(int Line, bool Breaks) : TemplateStatement(Line);
}
