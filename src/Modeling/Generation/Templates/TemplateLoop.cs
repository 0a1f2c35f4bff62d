namespace ML.Extensions.Generation;

/// <summary>The variable 'loop' inside of a loop.</summary>
/// <param name="items">What the loop goes over.</param>
/// <param name="depth">Loops around it that called it.</param>
/// <param name="again">Runs the loop over other items, if it is recursive.</param>
internal sealed class TemplateLoop(IReadOnlyList<object?> items, int depth, Func<TemplateCall, object?>? again)
{
    /// <summary>Number of the current pass, from 0 on.</summary>
    public int At { get; set; }

    /// <summary>Runs the loop over other items; null unless it is recursive.</summary>
    public Func<TemplateCall, object?>? Again => again;

    /// <summary>One of its members; undefined if there is none of the name.</summary>
    public object? Member(string name) => name switch
    {
        "index" => (long)At + 1,
        "index0" => (long)At,
        "revindex" => (long)items.Count - At,
        "revindex0" => (long)items.Count - At - 1,
        "first" => At == 0,
        "last" => At == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => (long)depth + 1,
        "depth0" => (long)depth,
        "previtem" => At > 0 ? items[At - 1] : new TemplateUndefined("loop.previtem"),
        "nextitem" => At + 1 < items.Count ? items[At + 1] : new TemplateUndefined("loop.nextitem"),
        "cycle" => new TemplateFunction("loop.cycle", call => call.Places.Count > 0
            ? call.Places[At % call.Places.Count] : throw call.Error("needs values.")),
        _ => new TemplateUndefined("loop." + name),
    };
}
