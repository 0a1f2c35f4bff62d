namespace ML.Extensions.DefaultModel.Facts;

/// <summary>A kind of fact: what may be said, and what may be asked. Words in braces are slots of <see cref="FactSlots"/>.</summary>
/// <param name="Statements">Ways to say it.</param>
/// <param name="Questions">Ways to ask for it; they hold the slots that tell one fact from another.</param>
internal sealed record FactTemplate(IReadOnlyList<string> Statements, IReadOnlyList<string> Questions);
