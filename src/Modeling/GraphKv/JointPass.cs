namespace ML.Extensions.GraphKv;

/// <summary>
/// Entries that are encoded together, layer by layer: each member sees its sources' keys of the same layer, in any graph,
/// cycles and self-loops included. The result is the fixed point of repeated rounds.
/// </summary>
internal sealed class JointPass
{
    private readonly List<(Entry Member, IReadOnlyList<JointLink> Links)> _members = [];

    /// <summary>The members, in canonical order, each once.</summary>
    public IReadOnlyList<(Entry Member, IReadOnlyList<JointLink> Links)> Members =>
        [.. _members.DistinctBy(m => m.Member.Key).OrderBy(m => m.Member.Key)];

    /// <summary>What a member sees.</summary>
    public IReadOnlyList<JointLink> Links(Entry member) => _members.First(m => ReferenceEquals(m.Member, member)).Links;

    /// <summary>Adds a member.</summary>
    public void Add(Entry member, IReadOnlyList<JointLink> links) => _members.Add((member, links));
}
