namespace ML.Extensions.Generation;

/// <summary>A call on its way: values of its arguments.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Called">What is called, for messages.</param>
/// <param name="Places">Arguments without names.</param>
/// <param name="Names">Arguments with names.</param>
/// <param name="Run">The rendering that it belongs to.</param>
internal sealed record TemplateCall(
    int Line, string Called, IReadOnlyList<object?> Places, IReadOnlyDictionary<string, object?> Names, TemplateRun Run)
{
    /// <summary>What every rendering has to spend.</summary>
    public TemplateBudget Budget => Run.Budget;

    /// <summary>Whether an argument is given.</summary>
    public bool Has(int place, string name) => place < Places.Count || Names.ContainsKey(name);

    /// <summary>An argument by its place or name; null where it is not given.</summary>
    public object? Value(int place, string name) => place < Places.Count ? Places[place] : Names.GetValueOrDefault(name);

    /// <summary>An argument that must be given.</summary>
    public object? Needed(int place, string name) => Has(place, name) ? Value(place, name) : throw Error($"needs an argument '{name}'.");

    /// <summary>A text that must be given.</summary>
    public string Text(int place, string name) => Needed(place, name) as string ?? throw Error($"needs a text for '{name}'.");

    /// <summary>A text, or another where none is given.</summary>
    public string? Text(int place, string name, string? otherwise) => Value(place, name) is { } value ? value as string ?? throw Error($"needs a text for '{name}'.") : otherwise;

    /// <summary>A whole number, or another where none is given.</summary>
    public long Whole(int place, string name, long otherwise) => Value(place, name) switch
    {
        null => otherwise,
        long n => n,
        bool b => b ? 1 : 0,
        _ => throw Error($"needs a whole number for '{name}'."),
    };

    /// <summary>A flag, or another where none is given.</summary>
    public bool Flag(int place, string name, bool otherwise = false) => Has(place, name) ? TemplateValues.IsTrue(Value(place, name)) : otherwise;

    /// <summary>Arguments behind the first ones, as a call of something else.</summary>
    public TemplateCall Behind(int count, string called) => this with { Called = called, Places = [.. Places.Skip(count)] };

    /// <summary>An error about the call.</summary>
    public TemplateError Error(string what) => new(Line, $"'{Called}' {what}");
}
