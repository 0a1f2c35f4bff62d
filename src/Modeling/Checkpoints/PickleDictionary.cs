namespace ML.Extensions.Checkpoints;

/// <summary>A dict or OrderedDict of a pickle, in the order of its file.</summary>
internal sealed class PickleDictionary
{
    /// <summary>Keys and values; a later pair replaces an earlier one of the same key.</summary>
    public List<(object? Key, object? Value)> Items { get; } = [];
}
