using ML.Extensions.Encoders;
using ML.Extensions.Transformers;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Encodes the entries of a plan, each once, and opens what the answer is read from. An entry is encoded in a pass of its
/// own, at positions that its key decides, so its bits depend on nothing but its key: not on the order of segments, not on
/// what was cached. Members of a <see cref="JointPass"/> are the exception: their pass is their own. Safe for several threads.
/// </summary>
internal sealed class GraphKvEngine
{
    private readonly CausalDecoder _decoder;
    private readonly KeyTurner _turner;
    private readonly Lock _gate = new();

    /// <summary>An engine for a decoder.</summary>
    /// <param name="decoder">The decoder; the caller keeps it.</param>
    /// <param name="content">Hash or name of its files.</param>
    /// <param name="cache">Where entries are kept; the caller keeps it.</param>
    /// <exception cref="NotSupportedException">Its positions cannot be moved: frequencies that depend on length, learned buckets.</exception>
    public GraphKvEngine(CausalDecoder decoder, string content, SegmentCache cache)
    {
        foreach (var positions in decoder.Spec.Blocks.Select(b => b.Attention.Positions))
        {
            if (positions is PositionEncoding.Rotary { Config.DependsOnLength: true } rotary)
            {
                throw new NotSupportedException(
                    $"{decoder.Spec.Family}: its rotary form '{rotary.Config.Scaling.Name}' changes with the length of the text, so keys cannot be stored for other texts. Forms with fixed frequencies can: default, linear, yarn, llama3, proportional.");
            }

            if (positions is PositionEncoding.Buckets)
                throw new NotSupportedException($"{decoder.Spec.Family}: its learned buckets of distances are not known to this engine. Rotary positions, ALiBi and tables of positions are.");
        }

        (_decoder, Cache, Model, _turner) = (decoder, cache, new(decoder, content), new(decoder.Spec));
    }

    /// <summary>Where entries are kept.</summary>
    public SegmentCache Cache { get; }

    /// <summary>What of the model decides the entries.</summary>
    public ModelIdentity Model { get; }

    /// <summary>How sources are gone through.</summary>
    public AttentionPath Path { get; init; }

    /// <summary>Opens what the answer is read from, ready for the question.</summary>
    /// <param name="layout">What a plan made of the segments.</param>
    /// <param name="shares">Whether to measure how much attention each segment gets; slower.</param>
    public GraphKvReadout Open(PlanLayout layout, bool shares = false)
    {
        if (Model.LearnedPositions && layout.Links.FirstOrDefault(l => l.Offset != l.Source.Offset) is { } moved)
            throw Entry.Moved(moved);
        lock (_gate)
        {
            var (held, before) = (new Dictionary<EntryKey, EntryStates>(), Cache.Counters);
            try
            {
                foreach (var entry in InOrder(layout.Links))
                    Ensure(entry, held);
                var spent = Cache.Counters.Since(before);
                spent = spent with { TokensComputed = spent.TokensComputed + Anew(layout) };
                return new GraphKvReadout(_decoder, Cache, _turner, layout, held, shares) { Spent = spent };
            }
            catch
            {
                Cache.Release(held.Values);
                throw;
            }
        }
    }

    /// <summary>Tokens of segments that the question has computed anew, whatever the cache holds.</summary>
    private static long Anew(PlanLayout layout) => layout.Reordered?.Sum(s => (long)s.Length)
        ?? (long)((layout.Blend ?? 0) * layout.Links.Sum(l => (long)l.Source.Ids.Length));

    /// <summary>All entries that are read, sources before their readers, each once; joint passes last.</summary>
    private static List<Entry> InOrder(IEnumerable<EntryLink> links)
    {
        var found = new Dictionary<EntryKey, Entry>();
        var left = new Stack<Entry>(links.Select(l => l.Source));
        while (left.TryPop(out var entry))
        {
            if (!found.TryAdd(entry.Key, entry))
                continue;
            foreach (var source in entry.Joint is { } joint
                ? joint.Members.SelectMany(m => m.Links.Where(l => !l.Inside).Select(l => l.Source)) : entry.Links.Select(l => l.Source))
                left.Push(source);
        }

        return [.. found.Values.OrderBy(e => e.Joint is not null).ThenBy(e => e.Level).ThenBy(e => e.Key)];
    }

    private void Ensure(Entry entry, Dictionary<EntryKey, EntryStates> held)
    {
        if (held.ContainsKey(entry.Key))
            return;
        if (Cache.Take(entry, Model) is { } known)
            held.Add(entry.Key, known);
        else if (entry.Joint is { } joint)
            Together(joint, held);
        else
            Alone(entry, held);
    }

    private void Alone(Entry entry, Dictionary<EntryKey, EntryStates> held)
    {
        var first = Model.LearnedPositions ? entry.Offset : Math.Max(0, -entry.Links.Select(l => l.Offset - entry.Offset).DefaultIfEmpty(0).Min());
        var links = entry.Links.Select(l => new ReaderLink(held[l.Source.Key], 0, first + l.Offset - entry.Offset, l.Source.Ids.Length));
        Encode([(entry, new([.. Enumerable.Range(first, entry.Ids.Length)], [.. links]))], held);
    }

    private void Together(JointPass joint, Dictionary<EntryKey, EntryStates> held)
    {
        var members = joint.Members;
        var numbers = members.Index().ToDictionary(m => m.Item.Member.Key, m => m.Index);
        var first = Math.Max(0, -members.SelectMany(m => m.Links).Select(l => l.Distance).DefaultIfEmpty(0).Min());
        ReaderLink Link(JointLink l) => new(
            l.Inside ? null : held[l.Source.Key], l.Inside ? numbers[l.Source.Key] : 0, first + l.Distance, l.Source.Ids.Length);
        Encode([.. members.Select(m => (m.Member, new EntryReader(
            [.. Enumerable.Range(first, m.Member.Ids.Length)],
            [.. m.Links.OrderBy(l => l.Source.Key).ThenBy(l => l.Distance).Select(Link)])))], held);
    }

    private void Encode(IReadOnlyList<(Entry Entry, EntryReader Reader)> entries, Dictionary<EntryKey, EntryStates> held)
    {
        var batch = new PackedTokens([.. entries.SelectMany(e => e.Entry.Ids)], [.. entries.Select(e => e.Entry.Ids.Length)])
        {
            Positions = [.. entries.SelectMany(e => e.Reader.Positions).Select(p => (float)p)],
        };
        using var attention = new EntryAttention([.. entries.Select(e => e.Reader)], _turner, Path, _decoder.Spec.Layers - 1);
        _decoder.States(batch, attention).Dispose();
        for (var i = 0; i < entries.Count; i++)
            if (!held.ContainsKey(entries[i].Entry.Key))
                held.Add(entries[i].Entry.Key, Cache.Add(entries[i].Entry, attention.Take(i), Model));
    }
}
