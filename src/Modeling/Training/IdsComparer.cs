namespace ML.Extensions.Training;

/// <summary>Texts are equal if their ids are.</summary>
internal sealed class IdsComparer : IEqualityComparer<int[]>
{
    /// <summary>The only one.</summary>
    public static IdsComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode(int[] obj)
    {
        var hash = new HashCode();
        foreach (var id in obj)
            hash.Add(id);
        return hash.ToHashCode();
    }
}
