namespace ML.Extensions.Generation;

/// <summary>Where a sequence begins.</summary>
/// <param name="Ids">Ids that the source still has to take; at least one.</param>
/// <param name="Before">Ids that stand in the source already; the repetition penalty counts them.</param>
internal sealed record GenerationPrompt(IReadOnlyList<int> Ids, IReadOnlyList<int>? Before = null);
