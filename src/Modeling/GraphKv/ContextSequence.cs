using ML.Extensions.Encoders;

namespace ML.Extensions.GraphKv;

/// <summary>The entries of a layout as one sequence in the order of their places, with what is cached of each.</summary>
internal sealed class ContextSequence
{
    private readonly (EntryLink Link, EntryStates States)[] _parts;
    private readonly KeyTurner _turner;

    /// <summary>Puts the entries in order.</summary>
    public ContextSequence(PlanLayout layout, IReadOnlyDictionary<EntryKey, EntryStates> held, KeyTurner turner)
    {
        _parts = [.. layout.Links.OrderBy(l => l.Offset).Select(l => (l, held[l.Source.Key]))];
        _turner = turner;
    }

    /// <summary>Tokens of the entries.</summary>
    public int Count => _parts.Sum(p => p.States.Count);

    /// <summary>Cached keys, turned to their places, and values of a layer; null where there is no entry. Owned by the scope.</summary>
    public KeyBlock? Cached(int layer) => _parts.Length == 0 ? null
        : KeyBlock.Joined([.. _parts.Select(p => KeyBlock.Of(p.States, layer, p.Link.Offset, _turner))]);

    /// <summary>All tokens, the question's behind.</summary>
    public PackedTokens With(PackedTokens question) => new(
        [.. _parts.SelectMany(p => p.Link.Source.Ids), .. question.Ids], [Count + question.Ids.Length])
    {
        Positions = [.. _parts.SelectMany(p => Enumerable.Range(p.Link.Offset, p.States.Count)).Select(p => (float)p), .. question.Positions!],
    };
}
