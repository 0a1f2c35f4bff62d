namespace ML.Extensions.Retrieval;

/// <summary>A document of a corpus.</summary>
/// <param name="Id">Its name, different from every other's: a type's full name, a file's path.</param>
/// <param name="Text">Its whole text.</param>
public sealed record IndexedDocument(string Id, string Text)
{
    /// <summary>Names of the documents that it points to: types that an API's documentation refers to, files that a page links.</summary>
    /// <value>Default: none. Names that are not in the index are passed over.</value>
    public IReadOnlyList<string> Links { get; init; } = [];
}
