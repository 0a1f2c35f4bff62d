using ML.Extensions.Encoders;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Generation;

/// <summary>A decoder's own next tokens, with a cache of its keys and values. Long prompts go in pieces.</summary>
/// <param name="decoder">The decoder; stays the caller's.</param>
/// <param name="sequences">How many grow side by side.</param>
/// <param name="window">Most tokens of a sequence; null is no limit.</param>
internal sealed class CachedTokens(CausalDecoder decoder, int sequences, int? window = null) : ITokenSource
{
    /// <summary>Most tokens of a pass: memory stays small, and a cancellation is seen soon.</summary>
    private const int PassTokens = 512;

    private readonly KvCache _cache = decoder.NewCache(sequences);

    /// <summary>Whether a sequence may come in pieces: not where its length decides how its keys are turned.</summary>
    private readonly bool _pieces = !decoder.Spec.Blocks.Any(b => b.Attention.Positions is PositionEncoding.Rotary { Config.DependsOnLength: true });

    /// <inheritdoc/>
    public int Sequences => _cache.Sequences;

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes => _cache.Bytes;

    /// <inheritdoc/>
    public int Room(int sequence) => window is { } most ? Math.Max(0, most - _cache.Length(sequence)) : int.MaxValue;

    /// <inheritdoc/>
    public Tensor Append(IReadOnlyList<int> sequences, IReadOnlyList<int[]> ids, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (done, rows) = (new int[ids.Count], new Tensor[ids.Count]);
        while (Next(ids, done) is { Length: > 0 } pass)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = new PackedTokens([.. pass.SelectMany(p => ids[p.Row].Skip(done[p.Row]).Take(p.Count))], Array.ConvertAll(pass, p => p.Count));
            using var logits = decoder.Append(batch, _cache, Array.ConvertAll(pass, p => sequences[p.Row]));
            for (var i = 0; i < pass.Length; i++)
                if ((done[pass[i].Row] += pass[i].Count) == ids[pass[i].Row].Length)
                    rows[pass[i].Row] = logits.narrow(0, i, 1);
        }

        return cat(rows).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    /// <summary>What goes into the next pass, longest first as a batch must stand; nothing when all is done.</summary>
    private (int Row, int Count)[] Next(IReadOnlyList<int[]> ids, int[] done)
    {
        var (pass, free) = (new List<(int Row, int Count)>(), PassTokens);
        for (var row = 0; row < ids.Count && free > 0; row++)
        {
            var left = ids[row].Length - done[row];
            var count = _pieces ? Math.Min(left, free) : left;
            if (count == 0 || (count > free && pass.Count > 0))
                continue;
            pass.Add((row, count));
            free -= count;
        }

        return [.. pass.OrderByDescending(p => p.Count)];
    }
}
