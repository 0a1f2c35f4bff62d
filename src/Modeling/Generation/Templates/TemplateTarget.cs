namespace ML.Extensions.Generation;

/// <summary>What is set: a name, a namespace's member, or several of both.</summary>
/// <param name="Line">Its line, from 1 on.</param>
/// <param name="Name">The name; null for several.</param>
/// <param name="Member">Member of the namespace of that name, or null.</param>
/// <param name="Several">The several, or null.</param>
internal sealed record TemplateTarget(int Line, string? Name, string? Member, IReadOnlyList<TemplateTarget>? Several);
