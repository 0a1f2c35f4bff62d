namespace ML.Extensions.Generation;

/// <summary>Functions that every template can call.</summary>
internal static class TemplateFunctions
{
    private const int MostRange = 100_000;

    /// <summary>Functions by name.</summary>
    public static IReadOnlyDictionary<string, TemplateFunction> All { get; } = new TemplateFunction[]
    {
        new("range", Range),
        new("namespace", Namespace),
        new("dict", call =>
        {
            var map = new TemplateMap();
            foreach (var (name, value) in call.Names)
                map.Set(name, value);
            return map;
        }),
        new("raise_exception", call => throw new TemplateRefusal(call.Line, call.Text(0, "message"))),
        new("strftime_now", call => TimeText.Format(call.Text(0, "format"), call.Run.Time.GetLocalNow(), call)),
    }.ToDictionary(f => f.Name, StringComparer.Ordinal);

    private static TemplateList Range(TemplateCall call)
    {
        var (first, last, step) = call.Places.Count == 1
            ? (0L, call.Whole(0, "stop", 0), 1L) : (call.Whole(0, "start", 0), call.Whole(1, "stop", 0), call.Whole(2, "step", 1));
        if (step == 0)
            throw call.Error("has a step of 0.");
        var count = Math.Max(0, Math.Ceiling(((double)last - first) / step));
        if (count > MostRange)
            throw call.Error($"would give {count} numbers; at most {MostRange} are given.");
        call.Budget.SpendItems(call.Line, (long)count);
        return new([.. Enumerable.Range(0, (int)count).Select(i => (object?)(first + (i * step)))]);
    }

    private static TemplateNamespace Namespace(TemplateCall call)
    {
        var space = new TemplateNamespace();
        foreach (var (key, value) in call.Places.OfType<TemplateMap>().SelectMany(m => m.Items))
            space.Members[key as string ?? throw call.Error("needs texts for keys.")] = value;
        foreach (var (name, value) in call.Names)
            space.Members[name] = value;
        return space;
    }
}
