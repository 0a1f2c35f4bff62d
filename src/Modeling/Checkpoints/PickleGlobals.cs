namespace ML.Extensions.Checkpoints;

/// <summary>The Python names that a pickle may use, and what they do here. All others are refused.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, ElementType> Storages = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = ElementType.Float32,
        ["torch.HalfStorage"] = ElementType.Float16,
        ["torch.BFloat16Storage"] = ElementType.BFloat16,
        ["torch.DoubleStorage"] = ElementType.Float64,
        ["torch.LongStorage"] = ElementType.Int64,
        ["torch.IntStorage"] = ElementType.Int32,
        ["torch.ShortStorage"] = ElementType.Int16,
        ["torch.CharStorage"] = ElementType.Int8,
        ["torch.ByteStorage"] = ElementType.UInt8,
        ["torch.BoolStorage"] = ElementType.Boolean,
    };

    private static readonly Dictionary<string, Func<object?[], string, object?>> Functions = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = (a, origin) => a.Length == 0 ? new PickleDictionary() : throw Wrong("collections.OrderedDict", origin),
        ["torch._utils._rebuild_tensor_v2"] = RebuildTensor,
        ["torch._utils._rebuild_parameter"] = (a, origin) => a is [PickleTensor t, ..] ? t : throw Wrong("torch._utils._rebuild_parameter", origin),
    };

    /// <summary>The allowed name of a module's member.</summary>
    /// <exception cref="InvalidDataException">The name is not allowed.</exception>
    public static PickleGlobal Find(string module, string member, string origin)
    {
        var name = $"{module}.{member}";
        return Storages.ContainsKey(name) || Functions.ContainsKey(name) ? new PickleGlobal(name) : throw CheckpointErrors.Unusable(
            origin,
            $"the pickle asks for '{name}', which a file of tensors does not need. Nothing of it was run; do not open the file elsewhere. "
            + $"Allowed are {string.Join(", ", Functions.Keys)} and torch's storages.");
    }

    /// <summary>Calls an allowed function.</summary>
    public static object? Call(object? function, object?[] arguments, string origin) =>
        function is PickleGlobal { Name: var name } && Functions.TryGetValue(name, out var call)
            ? call(arguments, origin)
            : throw CheckpointErrors.Broken(origin, $"the pickle calls {(function as PickleGlobal)?.Name ?? "something that is no function"}.");

    /// <summary>The storage of a persistent id: ("storage", type, key, device, count).</summary>
    public static PickleStorage Storage(object? id, string origin) =>
        id is object?[] { Length: >= 5 } and ["storage", PickleGlobal { Name: var type }, string key, _, long count, .. var view]
        && view.All(v => v is null) // releases before 0.4 could name a view of another storage
        && Storages.TryGetValue(type, out var element) && count >= 0 && count <= long.MaxValue / 8
            ? new PickleStorage(key, element, count)
            : throw CheckpointErrors.Broken(origin, "the pickle has a persistent id that is not a storage.");

    private static PickleTensor RebuildTensor(object?[] arguments, string origin) =>
        arguments is [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..]
        && shape.All(n => n is long) && strides.All(n => n is long)
            ? PickleTensor.Checked(storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()], origin)
            : throw Wrong("torch._utils._rebuild_tensor_v2", origin);

    private static InvalidDataException Wrong(string name, string origin) => CheckpointErrors.Broken(origin, $"the pickle calls {name} with other arguments than torch does.");
}
