namespace ML.Extensions.Generation;

/// <summary>a.name, a[index] and a[first:last:step]. Only a template's own values have members: no type, method or field of the program is within reach.</summary>
internal static class TemplateMembers
{
    /// <summary>a.name: a method, else a key.</summary>
    public static object? Member(object? of, string name, int line) => of switch
    {
        string text => TextMethods.Find(text, name) ?? (object)Nothing(of, name),
        TemplateMap map => MapMethod(map, name) ?? (map.TryGet(name, out var value) ? value : Nothing(of, name)),
        TemplateNamespace space => space.Members.TryGetValue(name, out var value) ? value : Nothing(of, name),
        TemplateLoop loop => loop.Member(name),
        TemplateList list => ListMethod(list, name) ?? (object)Nothing(of, name),
        TemplateUndefined undefined => throw new TemplateError(line, $"'{undefined.Name}' is undefined; it has no '{name}'."),
        _ => Nothing(of, name),
    };

    /// <summary>a[index]: a key or place, else a method.</summary>
    public static object? Item(object? of, object? index, int line)
    {
        switch (of)
        {
            case TemplateMap map:
                return map.TryGet(index, out var value) ? value : index is string key ? MapMethod(map, key) ?? (object)Nothing(of, key) : Nothing(of, "a key");
            case TemplateList list when TemplateValues.Whole(index) is { } n:
                return Place(n, list.Items.Count) is { } place ? list.Items[place] : Nothing(of, $"item {n}");
            case string text when TemplateValues.Whole(index) is { } n:
                var characters = Characters(text);
                return Place(n, characters.Count) is { } at ? characters[at] : Nothing(of, $"character {n}");
            case TemplateUndefined undefined:
                throw new TemplateError(line, $"'{undefined.Name}' is undefined; it has no items.");
            default:
                return index is string name ? Member(of, name, line) : Nothing(of, "an item");
        }
    }

    /// <summary>a[first:last:step].</summary>
    public static object? Slice(object? of, object? first, object? last, object? step, int line, TemplateBudget budget)
    {
        if (of is not (string or TemplateList))
            throw new TemplateError(line, $"a part of {TemplateValues.Kind(of)} was asked for; texts and lists have parts.");
        long? Whole(object? value) => value is null ? null : TemplateValues.Whole(value) ?? throw new TemplateError(line, "the ends of a part must be whole numbers.");
        var by = Whole(step) ?? 1;
        if (by == 0)
            throw new TemplateError(line, "the step of a part is 0.");
        var items = of is string text ? Characters(text) : ((TemplateList)of).Items;
        budget.SpendItems(line, items.Count);
        var count = items.Count;
        long Within(long? end, long otherwise) => end is not { } e ? otherwise : by > 0 ? Math.Clamp(e < 0 ? e + count : e, 0, count) : Math.Clamp(e < 0 ? e + count : e, -1, count - 1);
        var (from, to) = (Within(Whole(first), by > 0 ? 0 : count - 1), Within(Whole(last), by > 0 ? count : -1));
        var picked = new List<object?>();
        for (var i = from; by > 0 ? i < to : i > to; i += by)
            picked.Add(items[(int)i]);
        return of is string ? string.Concat(picked) : new TemplateList(picked, ((TemplateList)of).Tuple);
    }

    private static List<object?> Characters(string text) => [.. text.EnumerateRunes().Select(r => r.ToString())];

    private static int? Place(long n, int count) => (n < 0 ? n + count : n) is >= 0 and var place && place < count ? (int)place : null;

    private static TemplateUndefined Nothing(object? of, string name) => new($"{name} of {TemplateValues.Kind(of)}");

    private static TemplateFunction? MapMethod(TemplateMap map, string name) => name switch
    {
        "get" => new(name, call => map.TryGet(call.Needed(0, "key"), out var value) ? value : call.Value(1, "default")),
        "keys" => new(name, call => Listed(call, map.Keys)),
        "values" => new(name, call => Listed(call, map.Values)),
        "items" => new(name, call => Listed(call, map.Items.Select(i => (object?)new TemplateList([i.Key, i.Value], Tuple: true)))),
        "copy" => new(name, _ => map),
        _ => null,
    };

    private static TemplateFunction? ListMethod(TemplateList list, string name) => name switch
    {
        "index" => new(name, call => list.Items.Index().Where(i => TemplateValues.AreEqual(i.Item, call.Needed(0, "value"), call.Line, call.Budget))
            .Select(i => (object?)(long)i.Index).FirstOrDefault() ?? throw call.Error("does not find the value.")),
        "count" => new(name, call => (long)list.Items.Count(i => TemplateValues.AreEqual(i, call.Needed(0, "value"), call.Line, call.Budget))),
        "copy" => new(name, _ => list),
        "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse" =>
            new(name, call => throw call.Error("would change a list; lists do not change in a template.")),
        _ => null,
    };

    private static TemplateList Listed(TemplateCall call, IEnumerable<object?> items)
    {
        var list = items.ToArray();
        call.Budget.SpendItems(call.Line, list.Length);
        return new(list);
    }
}
