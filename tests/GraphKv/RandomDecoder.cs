using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Training;
using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>A tiny Llama, Mistral or Gemma 2 with grouped heads and random weights, whose logits spread over some units.</summary>
internal sealed class RandomDecoder : IDisposable
{
    public const int Width = 32, Heads = 4, KeyHeads = 2, Forward = 48, Vocabulary = 41, Window = 4096;
    public const double Base = 10_000;

    private readonly MemoryWeights _weights = new();

    public RandomDecoder(int layers = 3, int seed = 11, Action<Dictionary<string, object?>>? change = null)
    {
        var random = new Random(seed);
        void Add(string name, double deviation, params long[] shape) => _weights.Add(
            name, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(shape.Length == 1 ? 1 + (0.2 * (random.NextDouble() - 0.5)) : Normal(random) * deviation))], shape);
        Config = new()
        {
            ["model_type"] = "llama", ["hidden_size"] = Width, ["num_hidden_layers"] = layers, ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KeyHeads, ["intermediate_size"] = Forward, ["vocab_size"] = Vocabulary, ["hidden_act"] = "silu",
            ["max_position_embeddings"] = Window, ["rms_norm_eps"] = 1e-5, ["rope_theta"] = Base,
        };
        change?.Invoke(Config);
        Add("model.embed_tokens.weight", 1, Vocabulary, Width);
        for (var n = 0; n < layers; n++)
        {
            var at = $"model.layers.{n}.";
            foreach (var norm in new[] { "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm" })
                Add(at + norm + ".weight", 1, Width);
            foreach (var (name, rows, columns) in new[]
            {
                ("self_attn.q_proj", Width, Width), ("self_attn.k_proj", Width * KeyHeads / Heads, Width), ("self_attn.v_proj", Width * KeyHeads / Heads, Width),
                ("self_attn.o_proj", Width, Width), ("mlp.gate_proj", Forward, Width), ("mlp.up_proj", Forward, Width), ("mlp.down_proj", Width, Forward),
            })
            {
                Add($"{at}{name}.weight", 1.4 / Math.Sqrt(columns), rows, columns);
            }
        }

        Add("model.norm.weight", 1, Width);
        Add("lm_head.weight", 2 / Math.Sqrt(Width), Vocabulary, Width);
        Decoder = CausalDecoder.Create(JsonSerializer.SerializeToElement(Config), _weights, Precision.Float32, ComputeDevice.Cpu, "random");
    }

    public Dictionary<string, object?> Config { get; }

    /// <summary>The same weights, to be trained.</summary>
    public TrainableDecoder Trainable(TrainableDecoderSettings? settings = null) =>
        TrainableDecoder.Create(JsonSerializer.SerializeToElement(Config), _weights, settings ?? new(), "random");

    public CausalDecoder Decoder { get; }

    public GraphKvOracle Oracle => new(Decoder.Spec, Read, Base, Width / Heads);

    public PineOracle Pine => new(Decoder.Spec, Read, Base, Width / Heads);

    /// <summary>Writes it as a model folder whose tokenizer knows the words w0 to w40, w0 being the end.</summary>
    public string WriteFolder(string path)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), JsonSerializer.Serialize(new Dictionary<string, object?>(Config) { ["eos_token_id"] = 0 }));
        SafetensorsWriter.Write(Path.Combine(path, "model.safetensors"), _weights.Entries.Values, e => _weights.Read(e.Name));
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), JsonSerializer.Serialize(new
        {
            model = new { type = "WordLevel", unk_token = "w1", vocab = Enumerable.Range(0, Vocabulary).ToDictionary(n => "w" + n, n => n) },
            pre_tokenizer = new { type = "Whitespace" },
        }));
        return path;
    }

    private float[] Read(string name) => _weights.Values(_weights.Entries.ContainsKey(name) ? name : "model." + name);

    public static int[] Ids(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Vocabulary))];
    }

    public void Dispose()
    {
        Decoder.Dispose();
        _weights.Dispose();
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
