using System.Runtime.InteropServices;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// A causal network with its language-model head, ready to generate. All tensors it gives are float32 on the CPU and the
/// caller's. Safe for several threads, each with its own cache.
/// </summary>
internal sealed class CausalDecoder : IDisposable
{
    /// <summary>Products of a pass, tokens times parameters, below which more cores cost more than they bring: a fraction of a millisecond.</summary>
    private const long SmallPass = 4_000_000;

    private readonly TransformerNetwork _network;
    private readonly Device _device;

    private CausalDecoder(TransformerNetwork network, Precision precision, Device device) =>
        (_network, Precision, _device) = (network, precision, device);

    /// <summary>What the network computes.</summary>
    public TransformerSpec Spec => _network.Spec;

    /// <summary>The precision in use; never Auto.</summary>
    public Precision Precision { get; }

    /// <summary>Where the network runs.</summary>
    public Device Device => _device;

    /// <summary>Number of weights; a head that is tied to the embedding adds none.</summary>
    public long ParameterCount => _network.ParameterCount;

    /// <summary>Bytes of the weights.</summary>
    public long WeightBytes => _network.WeightBytes;

    /// <summary>Opens the decoder that a config describes.</summary>
    /// <param name="config">config.json's content.</param>
    /// <param name="weights">Its weights; the caller keeps them, and may close them afterwards.</param>
    /// <param name="precision">Number format of the products.</param>
    /// <param name="device">Where they run.</param>
    /// <param name="origin">Name for messages.</param>
    /// <param name="adapter">Low-rank matrices; the caller keeps it, and may close it afterwards. Null is none.</param>
    /// <param name="merge">Whether the matrices are added to the weights, which then are no longer in few bits; else they are computed beside them.</param>
    /// <exception cref="NotSupportedException">The architecture is not known as a decoder; the message names it and lists the known.</exception>
    /// <exception cref="InvalidDataException">Config and weights do not fit, or there is no head.</exception>
    public static CausalDecoder Create(
        JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin, LoraAdapter? adapter = null, bool merge = false)
    {
        var spec = TransformerFamilies.Find(config, origin);
        if (spec is not { Causal: true, Head: not null })
        {
            throw new NotSupportedException(
                $"{origin}: config.json's model_type '{config.Find("model_type")}' is no decoder that is known{(spec is null ? "" : " in this form")}. Known: {string.Join(", ", TransformerFamilies.Known)}.");
        }

        var target = device.Resolve();
        using var _ = inference_mode();
        if (precision == Precision.Auto && target.type == DeviceType.CPU)
            precision = Precision.Float32; // decoding's kernels are float32's, and exact
        var chosen = PrecisionProbe.Choose(precision, target, spec.Width, spec.FeedForwardWidth);
        if (adapter is null)
            return new(new(spec, weights, chosen, target, head: true), chosen, target);
        if (merge)
            return new(new(spec, new MergedWeights(spec, weights, adapter), chosen, target, head: true), chosen, target);
        var network = new TransformerNetwork(spec, weights, chosen, target, head: true, new(adapter));
        try
        {
            adapter.CheckUsed(spec.Family);
            return new(network, chosen, target);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>An empty cache; see <see cref="KvCache"/>.</summary>
    public KvCache NewCache(int sequences = 1, bool turned = true) => new(Spec, sequences, turned);

    /// <summary>States behind the final norm, [T, D].</summary>
    public Tensor States(PackedTokens batch, IAttention? attention = null) =>
        Run(() => _network.Forward(_network.Begin(batch), attention ?? PlainAttention.Instance), batch.Ids.Length);

    /// <summary>Logits of states [T, D] over the vocabulary, [T, V].</summary>
    public Tensor Logits(Tensor states) => Run(() => _network.Logits(states.to(_network.Type, _device)), (int)states.shape[0]);

    /// <summary>
    /// Appends tokens to the cache and gives the logits behind each sequence's last one. A first call is the prefill; one
    /// token each is a decoding step.
    /// </summary>
    /// <param name="batch">New tokens. Positions go on from the cache unless they are given.</param>
    /// <param name="cache">What came before; holds the new tokens afterwards.</param>
    /// <param name="slots">For each sequence of the batch its number in the cache, [N]; null is 0, 1, 2, …</param>
    /// <returns>[N, V].</returns>
    public Tensor Append(PackedTokens batch, KvCache cache, int[]? slots = null) =>
        Run(() => AppendHere(batch, cache, slots), batch.Ids.Length);

    /// <summary>Continues prompts greedily, all at once; each stops behind its first stop token.</summary>
    /// <param name="prompts">Ids of each prompt; each has at least one.</param>
    /// <param name="newTokens">Most tokens added to each.</param>
    /// <param name="stops">Ids that end a sequence; they are part of what is returned.</param>
    /// <returns>New ids of each prompt.</returns>
    /// <exception cref="ArgumentException">There is no prompt, or one is empty.</exception>
    public int[][] Greedy(IReadOnlyList<int[]> prompts, int newTokens, IReadOnlySet<int>? stops = null)
    {
        if (prompts.Count == 0 || prompts.Any(p => p.Length == 0))
            throw new ArgumentException("There must be a prompt, and each needs at least one token.", nameof(prompts));
        using var cache = NewCache(prompts.Count);
        var added = prompts.Select(_ => new List<int>()).ToArray();
        var running = Enumerable.Range(0, prompts.Count).OrderByDescending(i => prompts[i].Length).ToArray();
        var batch = new PackedTokens([.. running.SelectMany(i => prompts[i])], [.. running.Select(i => prompts[i].Length)]);
        for (var n = 0; n < newTokens && running.Length > 0; n++)
        {
            using var logits = Append(batch, cache, running);
            var ids = Enumerable.Range(0, running.Length).Select(i => Likeliest(logits, i)).ToArray();
            for (var i = 0; i < running.Length; i++)
                added[running[i]].Add(ids[i]);
            running = [.. running.Where((_, i) => stops?.Contains(ids[i]) != true)];
            batch = new([.. running.Select(i => added[i][^1])], [.. running.Select(_ => 1)]);
        }

        return [.. added.Select(a => a.ToArray())];
    }

    /// <summary>The likeliest id of a row of logits on the CPU, the first of equals.</summary>
    public static int Likeliest(Tensor logits, int row)
    {
        var values = MemoryMarshal.Cast<byte, float>(logits.bytes).Slice(row * (int)logits.shape[1], (int)logits.shape[1]);
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            best = values[i] > values[best] ? i : best;
        return best;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private Tensor AppendHere(PackedTokens batch, KvCache cache, int[]? slots)
    {
        slots ??= [.. Enumerable.Range(0, batch.Lengths.Length)];
        if (batch is { Lengths: [1], LogitScales: null } && cache.Turned && _network.HasSteps)
        {
            cache.Begin(slots[0], [batch.Positions?[0] ?? cache.Length(slots[0])]);
            return _network.Logits(_network.Step(batch.Ids[0], cache, slots[0]));
        }

        var past = Array.ConvertAll(slots, cache.Length);
        var pass = _network.Begin(batch, past);
        try
        {
            var (start, lasts) = (0, new long[slots.Length]);
            for (var i = 0; i < slots.Length; i++)
            {
                cache.Begin(slots[i], pass.Positions.Slice(start, batch.Lengths[i]));
                start += batch.Lengths[i];
                lasts[i] = start - 1;
            }

            var states = _network.Forward(pass, new CachedAttention(cache, slots));
            return _network.Logits(lasts.Length == states.shape[0] ? states : states.index_select(0, tensor(lasts, device: _device)));
        }
        catch
        {
            foreach (var (slot, length) in slots.Zip(past))
                cache.Truncate(slot, length); // layers that have the tokens already forget them
            throw;
        }
    }

    /// <summary>Runs on the thread that has all cores; a pass that is small for one core on a thread of one, which waits for no other.</summary>
    private Tensor Run(Func<Tensor> work, int tokens)
    {
        Tensor? result = null;
        void Here()
        {
            using var scope = NewDisposeScope();
            using var _ = inference_mode();
            result = work().to(ScalarType.Float32, CPU).DetachFromDisposeScope();
        }

        if (_device.type != DeviceType.CPU)
            Here();
        else if (tokens * ParameterCount < SmallPass)
            TorchThreads.RunNarrow([Here]);
        else
            TorchThreads.RunWide(Here);
        return result!;
    }
}
