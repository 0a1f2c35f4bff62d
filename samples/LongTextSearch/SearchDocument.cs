namespace LongTextSearch;

/// <summary>A document: its name and its whole text.</summary>
internal sealed record SearchDocument(string Id, string Text);
