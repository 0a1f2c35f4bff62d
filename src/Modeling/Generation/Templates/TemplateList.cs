namespace ML.Extensions.Generation;

/// <summary>A list or a tuple. It never changes.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Tuple">Whether it is a tuple.</param>
internal sealed record TemplateList(IReadOnlyList<object?> Items, bool Tuple = false);
