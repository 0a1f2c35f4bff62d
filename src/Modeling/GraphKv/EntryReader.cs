namespace ML.Extensions.GraphKv;

/// <summary>One sequence of a pass over entries: where its tokens stand and what they see.</summary>
/// <param name="Positions">Position of each token, [n].</param>
/// <param name="Links">Its sources.</param>
internal sealed record EntryReader(int[] Positions, IReadOnlyList<ReaderLink> Links)
{
    /// <summary>Tokens n.</summary>
    public int Count => Positions.Length;

    /// <summary>Equal for readers with the same sources at the same positions; empty for none.</summary>
    public string SourceSet { get; } = string.Join(' ', Links.Select(l => $"{(l.States is null ? l.Member : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(l.States))}{(l.States is null ? 'm' : 's')}{l.Offset}"));
}
