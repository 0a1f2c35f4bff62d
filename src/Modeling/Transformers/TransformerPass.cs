using ML.Extensions.Attention;
using ML.Extensions.Encoders;
using ML.Extensions.Positions;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>One pass of a batch through a network: its sequences on the device, and the tables that all layers share.</summary>
internal sealed class TransformerPass
{
    private readonly Device _device;
    private readonly float[] _positions;
    private readonly bool _mixed; // some layers see any distance, others do not
    private readonly HashSet<AttentionSpec> _packed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(PositionEncoding.Rotary, bool Changed, bool Packed), RotaryTable> _tables = [];
    private readonly Dictionary<(PositionEncoding.Rotary, int Sequence, bool Packed), SelfExtendTurns> _extended = [];
    private readonly Dictionary<LengthGroup, Tensor> _groupPositions = new(ReferenceEqualityComparer.Instance);

    /// <summary>Prepares a pass; its tensors belong to the caller's scope.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="batch">The tokens.</param>
    /// <param name="device">Where the network runs.</param>
    /// <param name="type">Type of its products.</param>
    /// <param name="past">Tokens of each sequence that came before, [N]; null is none.</param>
    public TransformerPass(TransformerSpec spec, PackedTokens batch, Device device, ScalarType type, int[]? past = null)
    {
        (_device, Batch, Past) = (device, batch, past ?? new int[batch.Lengths.Length]);
        Groups = LengthGroup.Of(batch, device, type);
        _positions = batch.Positions ?? Counted(batch.Lengths, Past);
        if (batch.LogitScales is { } factors && factors.Any(f => f != 1))
            Scales = tensor(PerToken(factors)).to(type, device).view(-1, 1, 1);
        _mixed = spec.Blocks.Any(b => b.Attention.Reach is null) && spec.Blocks.Any(b => b.Attention.Reach is not null);
        foreach (var layer in spec.Blocks.Select(b => b.Attention))
        {
            if (ServedPacked(layer))
                _packed.Add(layer);
            if (layer.Positions is PositionEncoding.Rotary rotary)
                Prepare(layer, rotary, Packs(layer) ? ScalarType.Float32 : type);
        }

        if (spec.Blocks.Any(b => b.Attention.Positions is { AddsToLogits: true }))
            foreach (var group in Groups)
                _groupPositions.Add(group, GroupPositions(group, spec.Blocks.Any(b => b.Attention.Positions is PositionEncoding.Buckets { Counted: true })));
    }

    /// <summary>The tokens.</summary>
    public PackedTokens Batch { get; }

    /// <summary>Sequences of equal length.</summary>
    public IReadOnlyList<LengthGroup> Groups { get; }

    /// <summary>Tokens of each sequence that came before, [N].</summary>
    public int[] Past { get; }

    /// <summary>Position of each token, [T].</summary>
    public ReadOnlySpan<float> Positions => _positions;

    /// <summary>Factor on the logits of each token, [T, 1, 1]; null is 1.</summary>
    public Tensor? Scales { get; }

    /// <summary>Queries or keys [T, heads, d] turned by their tokens' positions.</summary>
    public Tensor Turn(Tensor heads, AttentionSpec layer, PositionEncoding.Rotary rotary) =>
        Table(layer, rotary).Apply(heads, rotary.Interleaved);

    /// <summary>
    /// Whether <see cref="PackedAttention"/> serves a layer: no gradients, on the CPU, every token sees every other, nothing changes queries or
    /// keys before they turn, nor the logits. Its tables are float32, whatever the network's type.
    /// </summary>
    public bool Packs(AttentionSpec layer) => _packed.Contains(layer);

    /// <summary>Where a layer's heads lie in its packed projections.</summary>
    public static PackedHeads Heads(AttentionSpec layer) => new(layer.Heads, layer.KeyHeads, layer.HeadWidth);

    /// <summary>Cosines and sines of all tokens for a layer.</summary>
    public RotaryTable Table(AttentionSpec layer, PositionEncoding.Rotary rotary) => _tables[(rotary, Changes(layer), Packs(layer))];

    /// <summary>The rotary form of a layer for a sequence of the batch: the model's own, or as the batch changes it.</summary>
    public RotaryConfig Config(PositionEncoding.Rotary rotary, AttentionSpec layer, int sequence) =>
        Changes(layer) && Batch.Rotary?[sequence] is { } change ? change.Of(rotary.Config) : rotary.Config;

    /// <summary>SelfExtend's parameters for a sequence in a layer; null where the layer sees each token at its own distance.</summary>
    public SelfExtendWindow? Window(AttentionSpec layer, int sequence) =>
        layer is { Positions: PositionEncoding.Rotary, Reach: null } ? Batch.SelfExtend?[sequence] : null;

    /// <summary>SelfExtend's rotations for a whole sequence that is longer than w; null where the layer has none.</summary>
    public SelfExtendTurns? Extended(AttentionSpec layer, int sequence) =>
        layer is { Positions: PositionEncoding.Rotary rotary, Reach: null } ? _extended.GetValueOrDefault((rotary, sequence, Packs(layer))) : null;

    /// <summary>Whether a layer's rotation changes with the batch: local layers beside global ones keep theirs, as no distance in them is new.</summary>
    private bool Changes(AttentionSpec layer) => Batch.Rotary is not null && !(_mixed && layer.Reach is not null);

    /// <summary>Positions of a group's tokens, [n or 1, L]; null unless some layer's logits depend on them.</summary>
    public Tensor? PositionsOf(LengthGroup group) => _groupPositions.GetValueOrDefault(group);

    /// <summary>Rows of a table, [T, width].</summary>
    public Tensor Rows(Tensor table, int[] rows) => table.index_select(0, tensor(Array.ConvertAll(rows, r => (long)r), device: _device));

    /// <summary>Rows of a table of positions; a fraction lies on the line between two rows.</summary>
    /// <exception cref="ArgumentException">A position lies beyond the table.</exception>
    public Tensor PositionRows(Tensor table, int first)
    {
        var most = (int)table.shape[0] - 1 - first;
        if (_positions.Max() > most || _positions.Min() < 0)
            throw new ArgumentException($"Position {(_positions.Min() < 0 ? _positions.Min() : _positions.Max())}: the model has learned positions 0 to {most}.");
        var below = Array.ConvertAll(_positions, p => (int)p);
        var rows = Rows(table, Array.ConvertAll(below, p => p + first));
        var fractions = _positions.Zip(below, (p, low) => p - low).ToArray();
        if (Array.TrueForAll(fractions, f => f == 0))
            return rows;
        var above = Rows(table, Array.ConvertAll(below, p => Math.Min(p + 1, most) + first));
        return lerp(rows, above, tensor(fractions).to(table.dtype, _device).unsqueeze(1)); // E(p) + r (E(p+1) - E(p))
    }

    /// <summary>Positions as they are computed, [T, width].</summary>
    public Tensor Waves(double wavelength, int width) => Sinusoid.Rows(_positions, width, wavelength).to(_device);

    /// <summary>Number of each sequence's first token in the batch, int64.</summary>
    public Tensor Firsts()
    {
        var firsts = new long[Batch.Lengths.Length];
        for (var i = 1; i < firsts.Length; i++)
            firsts[i] = firsts[i - 1] + Batch.Lengths[i - 1];
        return tensor(firsts, device: _device);
    }

    private bool ServedPacked(AttentionSpec layer) =>
        _device.type == DeviceType.CPU && !is_grad_enabled()
        && layer is { Causal: false, SoftCap: null, QueryNorm: null, KeyNorm: null, Positions: null or PositionEncoding.Rotary }
        && (layer.Reach is not { } reach || reach >= Batch.Lengths.Max() - 1) && Past.AsSpan().IndexOfAnyExcept(0) < 0
        && PackedAttention.Serves(Heads(layer), Batch.Ids.Length);

    /// <summary>Makes the tables that a layer asks for, unless another one has them.</summary>
    private void Prepare(AttentionSpec layer, PositionEncoding.Rotary rotary, ScalarType type)
    {
        if (!_tables.ContainsKey((rotary, Changes(layer), Packs(layer))))
            _tables.Add((rotary, Changes(layer), Packs(layer)), Table(rotary, Changes(layer), type));
        for (var i = 0; i < Batch.Lengths.Length; i++)
            if (Past[i] == 0 && Window(layer, i) is { } window && Batch.Lengths[i] > window.Neighbours && !_extended.ContainsKey((rotary, i, Packs(layer))))
                _extended.Add((rotary, i, Packs(layer)), new(window, Config(rotary, layer, i).At(Batch.Lengths[i]), rotary.Interleaved, Batch.Lengths[i], _device, type));
    }

    /// <summary>Cosines and sines of all tokens. Where frequencies depend on length, each sequence goes by its own.</summary>
    private RotaryTable Table(PositionEncoding.Rotary rotary, bool changed, ScalarType type)
    {
        if (!changed && !rotary.Config.DependsOnLength)
            return rotary.Table(_positions, 1, _device, type);
        var (parts, start) = (new List<RotaryTable>(), 0);
        for (var i = 0; i < Batch.Lengths.Length; i++)
        {
            var config = changed && Batch.Rotary![i] is { } change ? change.Of(rotary.Config) : rotary.Config;
            parts.Add(RotaryTable.Of(config.At(Past[i] + Batch.Lengths[i]), _positions.AsSpan(start, Batch.Lengths[i]), _device, type));
            start += Batch.Lengths[i];
        }

        return RotaryTable.Joined(parts);
    }

    /// <summary>Positions of a group's tokens, [n or 1, L]: the given ones, or the tokens' numbers.</summary>
    private Tensor GroupPositions(LengthGroup group, bool counted)
    {
        var same = (counted || Batch.Positions is null) && Past.AsSpan(group.FirstSequence, group.Count).IndexOfAnyExcept(Past[group.FirstSequence]) < 0;
        var rows = same ? 1 : group.Count;
        var positions = counted ? Counted(Batch.Lengths, Past) : _positions;
        return tensor(positions.AsSpan((int)group.Start, rows * group.Length).ToArray(), rows, group.Length, device: _device);
    }

    private static float[] Counted(int[] lengths, int[] past) =>
        [.. lengths.Zip(past).SelectMany(l => Enumerable.Range(l.Second, l.First).Select(p => (float)p))];

    private float[] PerToken(float[] factors) =>
        [.. factors.Zip(Batch.Lengths).SelectMany(f => Enumerable.Repeat(f.First, f.Second))];
}
