using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// A small decoder with random weights: rotary positions, norms before, GELU, a head of its own. Matrices have deviation 1 / sqrt(inputs), half
/// of it where they end in the residual; embeddings have 1.
/// </summary>
internal sealed class ScratchDecoder : Weights
{
    private const int Width = 64, Heads = 2;

    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _deviations = new(StringComparer.Ordinal);
    private readonly int _layers, _vocabulary, _seed;

    private ScratchDecoder(int layers, int vocabulary, int seed)
    {
        (_layers, _vocabulary, _seed) = (layers, vocabulary, seed);
        Add("gpt_neox.embed_in.weight", 1, vocabulary, Width);
        for (var n = 0; n < layers; n++)
        {
            var at = $"gpt_neox.layers.{n}.";
            Norm(at + "input_layernorm");
            Norm(at + "post_attention_layernorm");
            Linear(at + "attention.query_key_value", 3 * Width, Width);
            Linear(at + "attention.dense", Width, Width, 0.5);
            Linear(at + "mlp.dense_h_to_4h", 4 * Width, Width);
            Linear(at + "mlp.dense_4h_to_h", Width, 4 * Width, 0.5);
        }

        Norm("gpt_neox.final_layer_norm");
        Add("embed_out.weight", 1 / Math.Sqrt(Width), vocabulary, Width);
    }

    /// <inheritdoc/>
    public override string Origin => "scratch";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <summary>Makes one, ready for training.</summary>
    /// <param name="layers">Layers.</param>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="seed">Decides the weights.</param>
    public static TrainableDecoder Create(int layers, int vocabulary, int seed)
    {
        using var weights = new ScratchDecoder(layers, vocabulary, seed);
        return TrainableDecoder.Create(weights.Config, weights, new() { Precision = Precision.Float32 }, "scratch");
    }

    /// <inheritdoc/>
    public override Tensor Read(string name)
    {
        var (shape, deviation) = (_entries[name].Shape, _deviations[name]);
        if (deviation == 0)
            return name.EndsWith(".bias", StringComparison.Ordinal) ? zeros(shape) : ones(shape);
        using var generator = new Generator((ulong)RowStream.HashCode(_seed, name.Aggregate(17L, (h, c) => unchecked((h * 31) + c))), CPU);
        return randn(shape, generator: generator).mul_(deviation);
    }

    private JsonElement Config => JsonSerializer.SerializeToElement(new Dictionary<string, object>
    {
        ["model_type"] = "gpt_neox", ["num_hidden_layers"] = _layers, ["hidden_size"] = Width, ["num_attention_heads"] = Heads, ["intermediate_size"] = 4 * Width,
        ["vocab_size"] = _vocabulary, ["max_position_embeddings"] = 256, ["rotary_pct"] = 1.0, ["rotary_emb_base"] = 10_000, ["hidden_act"] = "gelu",
        ["use_parallel_residual"] = false, ["tie_word_embeddings"] = false, ["layer_norm_eps"] = 1e-5,
    });

    private void Linear(string name, long outputs, long inputs, double factor = 1)
    {
        Add(name + ".weight", factor / Math.Sqrt(inputs), outputs, inputs);
        Add(name + ".bias", 0, outputs);
    }

    private void Norm(string name)
    {
        Add(name + ".weight", 0, Width);
        Add(name + ".bias", 0, Width);
    }

    private void Add(string name, double deviation, params long[] shape)
    {
        _entries.Add(name, new(name, ElementType.Float32, shape));
        _deviations.Add(name, deviation);
    }
}
