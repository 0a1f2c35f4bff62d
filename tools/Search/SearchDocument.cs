namespace ML.Extensions.Search;

/// <summary>A document.</summary>
/// <param name="Id">Its name, different from every other's: a type's full name, a file's path.</param>
/// <param name="Text">Its whole text.</param>
public sealed record SearchDocument(string Id, string Text);
