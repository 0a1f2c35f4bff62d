namespace ML.Extensions.Generation;

/// <summary>Filters of lists.</summary>
internal static class ListFilters
{
    /// <summary>map(attribute='a') or map('filter', arguments).</summary>
    public static TemplateList Map(IReadOnlyList<object?> items, TemplateCall call)
    {
        if (call.Names.ContainsKey("attribute"))
        {
            var otherwise = call.Names.GetValueOrDefault("default");
            return new([.. Mapped(items, call.Text(int.MaxValue, "attribute"), call).Select(v => v is TemplateUndefined && call.Names.ContainsKey("default") ? otherwise : v)]);
        }

        var filter = call.Behind(1, call.Text(0, "filter"));
        return new([.. items.Select(i => TemplateFilters.Apply(i, filter))]);
    }

    /// <summary>A member of each item, 'a.b' one of one; the items where none is named.</summary>
    public static IReadOnlyList<object?> Mapped(IReadOnlyList<object?> items, string? attribute, TemplateCall call) =>
        attribute is null ? items : [.. items.Select(i => Attribute(i, attribute, call))];

    /// <summary>Items for which a test holds, or does not.</summary>
    public static TemplateList Select(IReadOnlyList<object?> items, TemplateCall call, bool keeps, bool attribute)
    {
        var first = attribute ? 1 : 0;
        var name = attribute ? call.Text(0, "attribute") : null;
        var test = call.Places.Count > first ? call.Behind(first + 1, call.Text(first, "test")) : null;
        bool Holds(object? item)
        {
            var value = name is null ? item : Attribute(item, name, call);
            return test is null ? TemplateValues.IsTrue(value) : TemplateTests.Holds(value, test);
        }

        return new([.. items.Where(i => Holds(i) == keeps)]);
    }

    /// <summary>Items in order; texts without regard to case unless case_sensitive.</summary>
    public static TemplateList Sorted(IReadOnlyList<object?> items, TemplateCall call)
    {
        var (reverse, attribute) = (call.Flag(0, "reverse"), call.Text(2, "attribute", null));
        var keys = Mapped(items, attribute, call).Select(k => Folded(k, call.Flag(1, "case_sensitive"))).ToArray();
        var order = Comparer<int>.Create((a, b) => TemplateValues.Compare(keys[a], keys[b], call.Line));
        call.Budget.SpendItems(call.Line, 8L * items.Count);
        var places = Enumerable.Range(0, items.Count);
        return new([.. (reverse ? places.OrderDescending(order) : places.Order(order)).Select(i => items[i])]);
    }

    /// <summary>Keys and values of a mapping in the order of its keys.</summary>
    public static TemplateList SortedMap(TemplateMap map, TemplateCall call)
    {
        var (sensitive, byValue, reverse) = (call.Flag(0, "case_sensitive"), call.Text(1, "by", "key") == "value", call.Flag(2, "reverse"));
        var order = Comparer<KeyValuePair<object, object?>>.Create((a, b) => TemplateValues.Compare(
            Folded(byValue ? a.Value : a.Key, sensitive), Folded(byValue ? b.Value : b.Key, sensitive), call.Line));
        call.Budget.SpendItems(call.Line, 8L * map.Count);
        return new([.. (reverse ? map.Items.OrderDescending(order) : map.Items.Order(order)).Select(i => new TemplateList([i.Key, i.Value], Tuple: true))]);
    }

    /// <summary>Each item once, the first of equal ones.</summary>
    public static TemplateList Unique(IReadOnlyList<object?> items, TemplateCall call)
    {
        var kept = new List<object?>();
        foreach (var item in items)
        {
            call.Budget.SpendItems(call.Line, kept.Count);
            if (!kept.Any(k => TemplateValues.AreEqual(Folded(k, call.Flag(0, "case_sensitive")), Folded(item, call.Flag(0, "case_sensitive")), call.Line, call.Budget)))
                kept.Add(item);
        }

        return new(kept);
    }

    /// <summary>The smallest (-1) or largest (1) item; undefined where there is none.</summary>
    public static object? Extreme(IReadOnlyList<object?> items, int sign, TemplateCall call) => items.Count == 0
        ? new TemplateUndefined("the extreme of nothing") : items.Aggregate((a, b) => TemplateValues.Compare(b, a, call.Line) * sign > 0 ? b : a);

    private static object? Attribute(object? item, string path, TemplateCall call)
    {
        foreach (var name in path.Split('.'))
        {
            call.Budget.Spend(call.Line);
            item = TemplateMembers.Item(item, long.TryParse(name, System.Globalization.NumberStyles.None, null, out var n) ? n : name, call.Line);
        }

        return item;
    }

    private static object? Folded(object? value, bool sensitive) => !sensitive && value is string text ? text.ToLowerInvariant() : value;
}
