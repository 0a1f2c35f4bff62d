using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Attention of entries while they are encoded: each sees its own tokens up to each and all tokens of its sources. Keeps
/// every layer's keys, before rotation, and values. There is no mask over the whole, and no work for edges that do not exist.
/// </summary>
/// <param name="readers">The sequences of the pass, in its order.</param>
/// <param name="turner">Turns stored keys.</param>
/// <param name="path">How sources are gone through.</param>
/// <param name="last">Number of the last layer; behind its keys and values nothing is computed.</param>
internal sealed class EntryAttention(IReadOnlyList<EntryReader> readers, KeyTurner turner, AttentionPath path, int last) : IAttention, IDisposable
{
    private const int ShortSource = 32;

    private readonly List<Tensor>[] _keys = [.. readers.Select(_ => new List<Tensor>())], _values = [.. readers.Select(_ => new List<Tensor>())];
    private Device _device = CPU;

    /// <inheritdoc/>
    public Tensor? Kept(int layer) => layer == last ? empty(0, ScalarType.Int64, _device) : null;

    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var (query, key) = (request.TurnedQuery(), request.Turn(request.Key));
        var members = new Dictionary<(int Reader, int Offset), KeyBlock>();
        var starts = new int[readers.Count];
        for (var i = 0; i < readers.Count; i++)
        {
            starts[i] = i == 0 ? 0 : starts[i - 1] + readers[i - 1].Count;
            _keys[i].Add(Heads(request.Key, starts[i], i).contiguous().DetachFromDisposeScope());
            _values[i].Add(Heads(request.Value, starts[i], i).contiguous().DetachFromDisposeScope());
        }

        _device = query.device;
        if (request.Layer == last)
            return zeros([0, query.shape[1] * query.shape[2]], query.dtype, query.device).MoveToOuterDisposeScope();
        Tensor Heads(Tensor x, int start, int i) => x.narrow(0, start, readers[i].Count).transpose(0, 1); // [heads, n, d]
        KeyBlock Source(ReaderLink link)
        {
            if (link.States is { } states)
                return KeyBlock.Of(states, request.Layer, link.Offset, turner);
            if (!members.TryGetValue((link.Member, link.Offset), out var block))
            {
                var count = readers[link.Member].Count;
                members.Add((link.Member, link.Offset), block = new(
                    turner.Turn(_keys[link.Member][^1], request.Layer, link.Offset), _values[link.Member][^1], [.. Enumerable.Range(link.Offset, count)], count));
            }

            return block;
        }

        var parts = Shared(request.Spec, query, starts, Source);
        var outputs = new Tensor[readers.Count];
        for (var i = 0; i < readers.Count; i++)
        {
            var own = new KeyBlock(Heads(key, starts[i], i), _values[i][^1], readers[i].Positions, 0);
            outputs[i] = Own(request.Spec, Heads(query, starts[i], i), readers[i], own, parts[i], Source);
        }

        var mixed = outputs.Select(y => y.transpose(0, 1).reshape(y.shape[1], -1)).ToArray(); // [n, H·d]
        return (mixed.Length == 1 ? mixed[0] : cat(mixed)).MoveToOuterDisposeScope();
    }

    /// <summary>Hands over what was kept of a reader.</summary>
    public EntryStates Take(int reader)
    {
        var states = EntryStates.Together(_keys[reader], _values[reader]);
        _keys[reader].Clear();
        _values[reader].Clear();
        return states;
    }

    /// <summary>Frees what nobody took.</summary>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values).SelectMany(t => t))
            tensor.Dispose();
    }

    /// <summary>Readers with the same sources go through them together; empty where each goes by itself.</summary>
    private List<PartialAttention>[] Shared(AttentionSpec spec, Tensor query, int[] starts, Func<ReaderLink, KeyBlock> source)
    {
        var parts = readers.Select(_ => new List<PartialAttention>()).ToArray();
        if (path is AttentionPath.Gathered or AttentionPath.PerEdge)
            return parts;
        foreach (var group in Enumerable.Range(0, readers.Count).GroupBy(i => readers[i].SourceSet).Where(g => g.Key.Length > 0 && (g.Count() > 1 || path == AttentionPath.SharedSources)))
        {
            var rows = cat([.. group.Select(i => query.narrow(0, starts[i], readers[i].Count))]).transpose(0, 1).contiguous(); // [H, Σn, d]
            int[] positions = [.. group.SelectMany(i => readers[i].Positions)];
            foreach (var link in readers[group.First()].Links)
            {
                var found = BlockSoftmax.Attend(rows, positions, source(link), spec);
                var at = 0L;
                foreach (var i in group)
                {
                    parts[i].Add(new(found.Output.narrow(1, at, readers[i].Count), found.Sums.narrow(1, at, readers[i].Count)));
                    at += readers[i].Count;
                }
            }
        }

        return parts;
    }

    /// <summary>A reader's own tokens, and its sources unless they were gone through before: [H, n, d].</summary>
    private Tensor Own(
        AttentionSpec spec, Tensor query, EntryReader reader, KeyBlock own, List<PartialAttention> before, Func<ReaderLink, KeyBlock> source)
    {
        var done = before.Count > 0 || reader.Links.Count == 0;
        var keys = reader.Links.Sum(l => l.Count);
        if (!done && path == AttentionPath.Auto && BlockProducts.Serve(query, keys, spec))
            return BlockProducts.Attend(query, KeyBlock.Joined([.. reader.Links.Select(source), own]));
        var gather = path == AttentionPath.Gathered || (path == AttentionPath.Auto && keys < ShortSource * reader.Links.Count);
        if (!done && gather)
            return BlockSoftmax.Attend(query, reader.Positions, KeyBlock.Joined([.. reader.Links.Select(source), own]), spec).Output;
        var parts = done ? before : [.. reader.Links.Select(l => BlockSoftmax.Attend(query, reader.Positions, source(l), spec))];
        return PartialAttention.Merge([.. parts, BlockSoftmax.Attend(query, reader.Positions, own, spec)]).Output;
    }
}
