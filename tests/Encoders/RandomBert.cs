using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Tests.Conformance;
using TorchSharp;

namespace ML.Extensions.Tests.Encoders;

/// <summary>A tiny BERT with random weights, in memory.</summary>
internal sealed class RandomBert : Weights
{
    public const int Layers = 3, Width = 32, Heads = 4, Hidden = 40, Window = 24, Vocabulary = 60;

    private readonly Dictionary<string, (long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);
    private readonly Random _random = new(7);
    private readonly string _activation;

    public RandomBert(string activation = "gelu", string prefix = "", bool oldNames = false)
    {
        _activation = activation;
        Add("embeddings.word_embeddings.weight", Vocabulary, Width);
        Add("embeddings.position_embeddings.weight", Window, Width);
        Add("embeddings.token_type_embeddings.weight", 2, Width);
        Add("embeddings.LayerNorm", Width);
        for (var n = 0; n < Layers; n++)
        {
            foreach (var part in (string[])["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
                Add($"encoder.layer.{n}.{part}", Width, Width);
            Add($"encoder.layer.{n}.attention.output.LayerNorm", Width);
            Add($"encoder.layer.{n}.intermediate.dense", Hidden, Width);
            Add($"encoder.layer.{n}.output.dense", Width, Hidden);
            Add($"encoder.layer.{n}.output.LayerNorm", Width);
        }

        string Old(string name) => oldNames && name.Contains("LayerNorm", StringComparison.Ordinal)
            ? name.Replace("weight", "gamma", StringComparison.Ordinal).Replace("bias", "beta", StringComparison.Ordinal) : name;
        Entries = _tensors.ToDictionary(t => prefix + Old(t.Key), t => new TensorEntry(t.Key, ElementType.Float32, t.Value.Shape), StringComparer.Ordinal);
    }

    public override string Origin => "random";

    public override IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    public override torch.Tensor Read(string name)
    {
        var (shape, values) = _tensors[Entries[name].Name];
        return torch.tensor(values, shape);
    }

    public Dictionary<string, object> Config() => new()
    {
        ["model_type"] = "bert", ["hidden_size"] = Width, ["num_attention_heads"] = Heads, ["num_hidden_layers"] = Layers,
        ["intermediate_size"] = Hidden, ["max_position_embeddings"] = Window, ["type_vocab_size"] = 2,
        ["vocab_size"] = Vocabulary, ["layer_norm_eps"] = 1e-6, ["hidden_act"] = _activation,
    };

    public TextEncoder Create(Precision precision = Precision.Float32) => Create(Config(), precision);

    public TextEncoder Create(Dictionary<string, object> config, Precision precision = Precision.Float32) =>
        TextEncoders.Create(JsonSerializer.SerializeToElement(config), this, precision, ComputeDevice.Cpu, "random");

    public BertOracle Oracle() => new(n => _tensors[n].Values, Layers, Width, Heads, Hidden, 1e-6, _activation);

    public static int[] Ids(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Vocabulary))];
    }

    private void Add(string name, params long[] shape)
    {
        var tensor = name.EndsWith(".weight", StringComparison.Ordinal);
        _tensors[tensor ? name : name + ".weight"] = (shape, Values(shape.Aggregate((a, b) => a * b), shape.Length == 1));
        if (!tensor)
            _tensors[name + ".bias"] = ([shape[0]], Values(shape[0], false));
    }

    private float[] Values(long count, bool aroundOne) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (float)((_random.NextDouble() - 0.5) * 0.6) + (aroundOne ? 1 : 0))];
}
