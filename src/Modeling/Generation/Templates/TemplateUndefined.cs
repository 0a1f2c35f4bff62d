namespace ML.Extensions.Generation;

/// <summary>What a name means that means nothing: false, empty, and an error to work with.</summary>
/// <param name="Name">The name, or what of which was asked for.</param>
internal sealed record TemplateUndefined(string Name);
