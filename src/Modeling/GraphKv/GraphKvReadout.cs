using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Question and answer over the entries of a plan: tokens are appended, logits of the next one come back. Where the network
/// allows it, entries lie in one cache with turned keys and decoding runs at its full speed; with sliding layers, changed
/// weights or measured shares they stay apart and are merged. Not for several threads at once.
/// </summary>
internal sealed class GraphKvReadout : IDisposable
{
    /// <summary>Room behind the entries that needs no second copy: a question and the beginning of an answer.</summary>
    private const int SpareTokens = 512;

    private readonly CausalDecoder _decoder;
    private readonly SegmentCache _entries;
    private readonly PlanLayout _layout;
    private readonly KvCache _cache;
    private readonly ReadoutBlocks? _blocks;
    private readonly ContextSequence? _blended;
    private readonly PineContext? _reordered;
    private readonly List<EntryStates> _held;

    /// <summary>Takes over the entries' states, which it releases.</summary>
    public GraphKvReadout(
        CausalDecoder decoder, SegmentCache entries, KeyTurner turner, PlanLayout layout, IReadOnlyDictionary<EntryKey, EntryStates> held, bool shares)
    {
        (_decoder, _entries, _layout, _held) = (decoder, entries, layout, [.. held.Values]);
        var links = Entry.Canonical(layout.Links);
        ContextTokens = links.Sum(l => l.Source.Ids.Length) + (layout.Reordered?.Sum(s => s.Length) ?? 0);
        _cache = decoder.NewCache();
        if (layout.Reordered is not null)
            _reordered = new(layout, held, turner, decoder.Spec);
        else if (layout.Blend is not null)
            _blended = new(layout, held, turner);
        else if (shares || layout.Temper is not null || decoder.Spec.Blocks.Any(b => b.Attention.Reach is not null))
            _blocks = new(links, held, turner, layout.Temper, decoder.Spec.Layers, shares);
        else
            Join(links, held, turner);
    }

    /// <summary>Tokens of all entries that question and answer see.</summary>
    public int ContextTokens { get; }

    /// <summary>What opening it took from the cache, and what had to be computed; by nobody else, if the cache is the engine's alone.</summary>
    public SegmentCounters Spent { get; init; } = new();

    /// <summary>Tokens appended so far.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens that can still be appended before the model's window ends.</summary>
    public int Room => _decoder.Spec.Window - _layout.QuestionOffset - Count;

    /// <summary>Bytes of keys and values that this readout holds beside the segment cache.</summary>
    public long Bytes => _cache.Bytes + (_reordered?.Bytes ?? 0);

    /// <summary>
    /// Part of the attention that each segment got, by its number, averaged over heads, layers and the last token of each
    /// append; what is missing to 1 went to the prefix, the question and the answer itself.
    /// </summary>
    /// <exception cref="InvalidOperationException">The readout was opened without shares.</exception>
    public IReadOnlyDictionary<int, double> Shares => _blocks?.Shares
        ?? throw new InvalidOperationException("The readout was opened without shares, or by a plan that computes tokens anew.");

    /// <summary>Appends tokens and gives the logits behind the last one: [1, V], float32 on the CPU, the caller's.</summary>
    /// <exception cref="ArgumentException">There is no token, or the model's window ends before the last one.</exception>
    public Tensor Append(ReadOnlySpan<int> ids)
    {
        if (ids.Length == 0)
            throw new ArgumentException("There must be a token to append.", nameof(ids));
        if (ids.Length > Room)
        {
            throw new ArgumentException(
                $"{ids.Length} tokens begin at position {_layout.QuestionOffset + Count}; the model's window ends at {_decoder.Spec.Window}. Give a shorter question, fewer or shorter segments, or a plan whose segments share positions.", nameof(ids));
        }

        var first = _layout.QuestionOffset + Count;
        var batch = new PackedTokens(ids.ToArray(), [ids.Length]) { Positions = [.. Enumerable.Range(first, ids.Length).Select(p => (float)p)] };
        var logits = _reordered is not null ? Reordered(batch)
            : _blended is not null && Count == 0 ? Blended(batch)
            : _blocks is null && ids.Length == 1 && _cache.Length(0) > 0 ? _decoder.Append(batch, _cache)
            : Attended(batch);
        Count += ids.Length;
        return logits;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _reordered?.Dispose();
        _entries.Release(_held);
        _held.Clear();
    }

    /// <summary>All entries in one cache; then nobody reads them any more.</summary>
    private void Join(IReadOnlyList<EntryLink> links, IReadOnlyDictionary<EntryKey, EntryStates> held, KeyTurner turner)
    {
        if (links.Count > 0)
        {
            TorchThreads.RunWide(() =>
            {
                for (var n = 0; n < _decoder.Spec.Layers; n++)
                {
                    var layer = _cache.Layer(0, n);
                    foreach (var link in links)
                    {
                        var block = KeyBlock.Of(held[link.Source.Key], n, link.Offset, turner);
                        layer.Append(block.Keys, block.Values, ContextTokens + SpareTokens);
                    }
                }
            });
            _cache.Begin(0, [.. links.SelectMany(l => Enumerable.Range(l.Offset, l.Source.Ids.Length)).Select(p => (float)p)]);
        }

        _entries.Release(_held);
        _held.Clear();
    }

    private Tensor Attended(PackedTokens batch)
    {
        var before = _cache.Length(0);
        try
        {
            _cache.Begin(0, batch.Positions);
            return LastLogits(_decoder.States(batch, new ReadoutAttention(_cache, _blocks)));
        }
        catch
        {
            _cache.Truncate(0, before); // layers that have the tokens already forget them
            throw;
        }
    }

    private Tensor Blended(PackedTokens question)
    {
        var whole = _blended!.With(question);
        using var attention = new BlendAttention(_blended, question.Ids.Length, _layout.Blend!.Value, _cache);
        try
        {
            _cache.Begin(0, whole.Positions);
            return LastLogits(_decoder.States(whole, attention));
        }
        catch
        {
            _cache.Truncate(0, 0);
            throw;
        }
    }

    private Tensor Reordered(PackedTokens batch)
    {
        try
        {
            return LastLogits(_decoder.States(Count == 0 ? _reordered!.With(batch) : batch, new PineAttention(_reordered!, Count == 0)));
        }
        catch
        {
            _reordered!.Truncate(Count);
            throw;
        }
    }

    private Tensor LastLogits(Tensor states)
    {
        using (states)
        using (var last = states.narrow(0, states.shape[0] - 1, 1))
            return _decoder.Logits(last);
    }
}
