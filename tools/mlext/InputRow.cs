namespace ML.Extensions.Tool;

/// <summary>A text to embed.</summary>
internal sealed record InputRow(string Id, string Text);
