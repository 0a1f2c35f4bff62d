using ML.Extensions.Attention;
using ML.Extensions.Encoders;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>Attention within each sequence of the pass.</summary>
internal sealed class PlainAttention : IAttention
{
    /// <summary>The only one.</summary>
    public static PlainAttention Instance { get; } = new();

    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var groups = request.Pass.Groups;
        if (request.Pass.Packs(request.Spec))
            return Packed(request).MoveToOuterDisposeScope();
        var turned = new Lazy<Tensor[][]>(() => [Split(request.TurnedQuery(), groups), Split(request.Turn(request.Key), groups), Split(request.Value, groups)]);
        var parts = new List<Tensor>();
        for (var g = 0; g < groups.Count; g++)
        {
            var (group, number) = (groups[g], g);
            Tensor Part(int first, int count)
            {
                Tensor Rows(Tensor x) => count == group.Count ? x : x.narrow(0, (long)first * group.Length, (long)count * group.Length);
                return Attend(request, group, count, Rows(turned.Value[0][number]), Rows(turned.Value[1][number]), Rows(turned.Value[2][number]));
            }

            var sequences = Enumerable.Range(group.FirstSequence, group.Count).Select(i => request.Pass.Extended(request.Spec, i)).ToArray();
            if (Array.TrueForAll(sequences, s => s is null))
                parts.Add(Part(0, group.Count));
            else
                for (var i = 0; i < group.Count; i++)
                    parts.Add(sequences[i] is { } turns ? Extended(request, group, i, turns) : Part(i, 1));
        }

        var all = parts.Count == 1 ? parts[0] : cat(parts);
        return (request.Output == EncoderOutput.FirstToken ? all.index_select(0, request.Pass.Firsts()) : all).MoveToOuterDisposeScope();
    }

    /// <summary>The kernel of packed projections, which need not be kept: they are turned in place.</summary>
    private static Tensor Packed(AttentionRequest request)
    {
        var (pass, spec, heads) = (request.Pass, request.Spec, TransformerPass.Heads(request.Spec));
        var extended = Enumerable.Range(0, pass.Past.Length).Select(i => pass.Extended(spec, i)).ToArray();
        var wide = request.Packed.to(ScalarType.Float32);
        if (spec.Positions is PositionEncoding.Rotary rotary)
        {
            var turned = pass.Groups.SelectMany(g => Enumerable.Range(0, g.Count).Where(i => extended[g.FirstSequence + i] is null).Select(i => (g.Start + ((long)i * g.Length), (long)g.Length)));
            PackedAttention.Turn(wide, heads, turned, pass.Table(spec, rotary), rotary.Interleaved);
        }

        return PackedAttention.Run(wide, heads, pass.Groups, spec.Scale, pass.Batch.LogitScales, i => extended[i], request.Output).to(request.Packed.dtype);
    }

    /// <summary>Rows of each group by one operator, whose backward pass is one join.</summary>
    private static Tensor[] Split(Tensor x, IReadOnlyList<LengthGroup> groups) =>
        groups.Count == 1 ? [x] : x.split([.. groups.Select(g => (long)g.Count * g.Length)], 0);

    /// <summary>SelfExtend of sequence i of a group: [L, H·d].</summary>
    private static Tensor Extended(AttentionRequest request, LengthGroup group, int i, SelfExtendTurns turns)
    {
        using var scope = NewDisposeScope();
        Tensor Heads(Tensor x) => x.narrow(0, group.Start + ((long)i * group.Length), group.Length).transpose(0, 1); // [heads, L, d]
        var (q, k, v) = (Heads(request.Query), Heads(request.Key), Heads(request.Value));
        var scale = request.Spec.Scale * (request.Pass.Batch.LogitScales?[group.FirstSequence + i] ?? 1);
        var y = SelfExtendAttention.Serves(q, request.Spec.SoftCap)
            ? SelfExtendAttention.Attend(q, k, v, turns, request.Spec.Causal, scale).Output
            : SelfExtendBlocks.Attend(q, k, v, turns, request.Spec.Causal, scale, request.Spec.SoftCap);
        return y.transpose(0, 1).reshape(group.Length, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Sequences of one group: turned queries, keys and values [n·L, heads, d] to [n·L, H·d].</summary>
    private static Tensor Attend(AttentionRequest request, LengthGroup group, int count, Tensor query, Tensor key, Tensor value)
    {
        Tensor Heads(Tensor x) => x.view(count, group.Length, x.shape[1], x.shape[2]).transpose(1, 2); // [n, heads, L, d]
        var positions = request.Pass.PositionsOf(group); // [n or 1, L]
        var y = AttentionKernel.Attend(Heads(query), Heads(key), Heads(value), new(request.Spec, request.Buckets, positions, positions));
        return y.transpose(1, 2).reshape((long)count * group.Length, -1);
    }
}
