namespace ML.Extensions.Generation;

/// <summary>Arguments of a call as a template writes them.</summary>
/// <param name="Places">Those without names.</param>
/// <param name="Names">Those with names.</param>
internal sealed record TemplateArguments(IReadOnlyList<TemplateExpression> Places, IReadOnlyList<(string Name, TemplateExpression Value)> Names)
{
    /// <summary>None at all.</summary>
    public static TemplateArguments None { get; } = new([], []);
}
