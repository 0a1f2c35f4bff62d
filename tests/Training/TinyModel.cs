using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

/// <summary>A folder with a tiny random BERT, to be trained.</summary>
internal sealed class TinyModel : IDisposable
{
    public const int Width = 16, Window = 32, Vocabulary = 60;

    private readonly TempFolder _folder = new();
    private readonly Random _random = new(3);

    public TinyModel(string pooling = "pooling_mode_cls_token", string? positions = null, string activation = "gelu")
    {
        var config = new Dictionary<string, object>
        {
            ["model_type"] = "bert", ["hidden_size"] = Width, ["num_attention_heads"] = 2, ["num_hidden_layers"] = 2, ["intermediate_size"] = 24,
            ["max_position_embeddings"] = Window, ["type_vocab_size"] = 2, ["vocab_size"] = Vocabulary, ["layer_norm_eps"] = 1e-6, ["hidden_act"] = activation,
        };
        if (positions is not null)
            config["position_embedding_type"] = positions;
        _folder.Write("config.json", JsonSerializer.Serialize(config));
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, Vocabulary - 5).Select(i => $"w{i}")];
        _folder.Write("vocab.txt", string.Join('\n', words));
        _folder.Write("tokenizer_config.json", """{"tokenizer_class":"BertTokenizer","do_lower_case":true,"model_max_length":32}""");
        _folder.Write("modules.json", """
            [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
             {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
             {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
            """);
        _folder.Write("1_Pooling/config.json", JsonSerializer.Serialize(new Dictionary<string, bool> { [pooling] = true }));
        Directory.CreateDirectory(_folder["2_Normalize"]);
        using var scope = torch.NewDisposeScope();
        SafetensorsWriter.Write(_folder["model.safetensors"], Weights(positions is null));
    }

    public EmbeddingModel Model => EmbeddingModel.FromFolder(_folder.Root);

    public string Folder => _folder.Root;

    public TrainableEncoder Open(ModelChange? change = null, bool recompute = false, Precision precision = Precision.Float32) =>
        TrainableEncoder.Open(Model, new() { Precision = precision, Change = change ?? ModelChange.None, RecomputeLayers = recompute });

    /// <summary>Random texts with special tokens.</summary>
    public static int[][] Texts(int seed, params int[] lengths)
    {
        var random = new Random(seed);
        return [.. lengths.Select(l => (int[])[2, .. Enumerable.Range(0, l - 2).Select(_ => random.Next(5, Vocabulary)), 3])];
    }

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, torch.Tensor> Weights(bool table)
    {
        var tensors = new Dictionary<string, torch.Tensor>();
        void Add(string name, params long[] shape) => tensors[name] = torch.tensor(
            Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)((_random.NextDouble() - 0.5) * 0.6) + (name.EndsWith("Norm.weight", StringComparison.Ordinal) ? 1 : 0)).ToArray(), shape);
        void Both(string name, params long[] shape)
        {
            Add(name + ".weight", shape);
            Add(name + ".bias", shape[0]);
        }

        Add("embeddings.word_embeddings.weight", Vocabulary, Width);
        if (table)
            Add("embeddings.position_embeddings.weight", Window, Width);
        Add("embeddings.token_type_embeddings.weight", 2, Width);
        Both("embeddings.LayerNorm", Width);
        for (var n = 0; n < 2; n++)
        {
            foreach (var part in (string[])["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
                Both($"encoder.layer.{n}.{part}", Width, Width);
            Both($"encoder.layer.{n}.attention.output.LayerNorm", Width);
            Both($"encoder.layer.{n}.intermediate.dense", 24, Width);
            Both($"encoder.layer.{n}.output.dense", Width, 24);
            Both($"encoder.layer.{n}.output.LayerNorm", Width);
        }

        return tensors;
    }
}
