using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.Transformers;

/// <summary>A tiny Llama with random weights, in memory.</summary>
internal sealed class RandomLlama : IDisposable
{
    public const int Layers = 2, Width = 16, Heads = 4, KeyHeads = 2, Forward = 24, Vocabulary = 30, Window = 64;

    private readonly MemoryWeights _weights = new();
    private readonly Random _random = new(5);

    public RandomLlama(bool head = true)
    {
        Add("model.embed_tokens.weight", Vocabulary, Width);
        for (var n = 0; n < Layers; n++)
        {
            var at = $"model.layers.{n}.";
            Add(at + "input_layernorm.weight", Width);
            Add(at + "post_attention_layernorm.weight", Width);
            Add(at + "self_attn.q_proj.weight", Width, Width);
            Add(at + "self_attn.k_proj.weight", Width * KeyHeads / Heads, Width);
            Add(at + "self_attn.v_proj.weight", Width * KeyHeads / Heads, Width);
            Add(at + "self_attn.o_proj.weight", Width, Width);
            Add(at + "mlp.gate_proj.weight", Forward, Width);
            Add(at + "mlp.up_proj.weight", Forward, Width);
            Add(at + "mlp.down_proj.weight", Width, Forward);
        }

        Add("model.norm.weight", Width);
        if (head)
            Add("lm_head.weight", Vocabulary, Width);
    }

    public Dictionary<string, object?> Config { get; } = new()
    {
        ["model_type"] = "llama", ["hidden_size"] = Width, ["num_hidden_layers"] = Layers, ["num_attention_heads"] = Heads,
        ["num_key_value_heads"] = KeyHeads, ["intermediate_size"] = Forward, ["vocab_size"] = Vocabulary, ["hidden_act"] = "silu",
        ["max_position_embeddings"] = Window, ["rms_norm_eps"] = 1e-5,
        ["rope_parameters"] = new Dictionary<string, object> { ["rope_type"] = "default", ["rope_theta"] = 10_000 },
    };

    public static int[] Ids(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Vocabulary))];
    }

    public CausalDecoder Decoder(Precision precision = Precision.Float32) =>
        CausalDecoder.Create(JsonSerializer.SerializeToElement(Config), _weights, precision, ComputeDevice.Cpu, "random");

    public TextEncoder Encoder(Precision precision = Precision.Float32) =>
        TextEncoders.Create(JsonSerializer.SerializeToElement(Config), _weights, precision, ComputeDevice.Cpu, "random");

    public void Dispose() => _weights.Dispose();

    private void Add(string name, params long[] shape) => _weights.Add(
        name, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(_random.NextDouble() - 0.5) + (shape.Length == 1 ? 1 : 0))], shape);
}
