using System.Text.Json;
using ML.Extensions.Tests.Conformance;

namespace ML.Extensions.Tests.Encoders;

/// <summary>A tiny BERT with seeded random weights.</summary>
internal static class RandomBert
{
    public const int Layers = 2;
    public const int Heads = 3;
    public const int Width = 12;
    public const double Epsilon = 1e-6;
    private const int Wide = 20;

    public static JsonElement Config { get; } = JsonSerializer.SerializeToElement(new
    {
        model_type = "bert",
        num_hidden_layers = Layers,
        num_attention_heads = Heads,
        hidden_size = Width,
        intermediate_size = Wide,
        max_position_embeddings = 16,
        vocab_size = 40,
        type_vocab_size = 2,
        layer_norm_eps = Epsilon,
    });

    public static MemoryWeights Weights(int seed)
    {
        var random = new Random(seed);
        var weights = new MemoryWeights();
        void Add(string name, params long[] shape)
        {
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            for (var i = 0; i < values.Length; i++)
                values[i] = (float)((random.NextDouble() * 1.2) - 0.6);
            weights.Add(name, values, shape);
        }

        Add("embeddings.word_embeddings.weight", 40, Width);
        Add("embeddings.position_embeddings.weight", 16, Width);
        Add("embeddings.token_type_embeddings.weight", 2, Width);
        Add("embeddings.LayerNorm.weight", Width);
        Add("embeddings.LayerNorm.bias", Width);
        for (var n = 0; n < Layers; n++)
        {
            foreach (var (name, output, input) in new[]
            {
                ("attention.self.query", Width, Width), ("attention.self.key", Width, Width), ("attention.self.value", Width, Width),
                ("attention.output.dense", Width, Width), ("intermediate.dense", Wide, Width), ("output.dense", Width, Wide),
            })
            {
                Add($"encoder.layer.{n}.{name}.weight", output, input);
                Add($"encoder.layer.{n}.{name}.bias", output);
            }

            foreach (var norm in new[] { "attention.output.LayerNorm", "output.LayerNorm" })
            {
                Add($"encoder.layer.{n}.{norm}.weight", Width);
                Add($"encoder.layer.{n}.{norm}.bias", Width);
            }
        }

        return weights;
    }
}
