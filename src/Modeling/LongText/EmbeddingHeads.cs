namespace ML.Extensions.LongText;

/// <summary>The modules that may stand behind the pooling. A further one is a file and a line here.</summary>
internal static class EmbeddingHeads
{
    private static readonly Dictionary<string, Func<string, EmbeddingHead>> Kinds = new(StringComparer.Ordinal)
    {
        ["Dense"] = DenseHead.Open,
        ["LayerNorm"] = LayerNormHead.Open,
        ["Normalize"] = _ => new NormalizeHead(), // its folder need not exist
    };

    /// <summary>Names of the kinds, as modules.json's types end.</summary>
    public static IReadOnlyCollection<string> Known => Kinds.Keys;

    /// <summary>Opens the head of a module.</summary>
    /// <exception cref="NotSupportedException">Its kind is not known.</exception>
    public static EmbeddingHead Open(ModuleEntry module) => Kinds.TryGetValue(module.Kind, out var open)
        ? open(module.Folder)
        : throw new NotSupportedException(
            $"modules.json: the module '{module.Type}' behind the pooling is not known. Known: {string.Join(", ", Known)}.");
}
