namespace ML.Extensions.Generation;

/// <summary>Variables of a template, a loop's pass or a macro's call, before those around it.</summary>
internal sealed class TemplateScope(TemplateScope? around)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    /// <summary>Sets a variable here.</summary>
    public void Set(string name, object? value) => _values[name] = value;

    /// <summary>A variable's value, the innermost of its name.</summary>
    public object? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Around)
            if (scope._values.TryGetValue(name, out var value))
                return value;
        return new TemplateUndefined(name);
    }

    private TemplateScope? Around => around;
}
