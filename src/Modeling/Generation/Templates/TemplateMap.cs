namespace ML.Extensions.Generation;

/// <summary>A dictionary in the order of its making. It never changes once made.</summary>
internal sealed class TemplateMap
{
    private readonly OrderedDictionary<object, object?> _items = [];

    /// <summary>Keys and values in order.</summary>
    public IEnumerable<KeyValuePair<object, object?>> Items => _items;

    /// <summary>Keys in order.</summary>
    public IEnumerable<object> Keys => _items.Keys;

    /// <summary>Values in order.</summary>
    public IEnumerable<object?> Values => _items.Values;

    /// <summary>Number of keys.</summary>
    public int Count => _items.Count;

    /// <summary>Sets a key's value, while the map is being made.</summary>
    public void Set(object key, object? value) => _items[key] = value;

    /// <summary>Whether the key is there.</summary>
    public bool Contains(object? key) => key is not null && _items.ContainsKey(key);

    /// <summary>The value of a key.</summary>
    public bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not null && _items.TryGetValue(key, out value);
    }
}
