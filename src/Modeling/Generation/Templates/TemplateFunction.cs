namespace ML.Extensions.Generation;

/// <summary>What can be called: a function, a method of a value, a macro.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Body">What it does.</param>
internal sealed record TemplateFunction(string Name, Func<TemplateCall, object?> Body);
