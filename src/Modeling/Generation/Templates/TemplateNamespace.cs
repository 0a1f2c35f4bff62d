namespace ML.Extensions.Generation;

/// <summary>What namespace() makes: members that {% set ns.name %} changes, from inside of loops too.</summary>
internal sealed class TemplateNamespace
{
    /// <summary>Members by name.</summary>
    public Dictionary<string, object?> Members { get; } = new(StringComparer.Ordinal);
}
