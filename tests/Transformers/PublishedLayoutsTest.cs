using System.Text.Json;
using System.Text.Json.Nodes;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Tests.Encoders;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Encoders in the names of published folders that the reference library no longer reads, against its states for the same weights.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class PublishedLayoutsTest
{
    private static readonly (string Published, string New)[] NomicNames =
    [
        ("n_embd", "hidden_size"), ("n_layer", "num_hidden_layers"), ("n_head", "num_attention_heads"), ("n_inner", "intermediate_size"),
        ("layer_norm_epsilon", "layer_norm_eps"), ("max_trained_positions", "max_position_embeddings"), ("vocab_size", "vocab_size"), ("type_vocab_size", "type_vocab_size"),
    ];

    [TestMethod]
    public void NomicBert_ReadsTheWordsOfGpt2()
    {
        var config = Config("nomic-bert/base");
        var published = new JsonObject
        {
            ["model_type"] = "nomic_bert", ["activation_function"] = "swiglu", ["prenorm"] = false, ["causal"] = false, ["n_positions"] = 8192,
            ["rotary_emb_base"] = config["rope_parameters"]!["rope_theta"]!.DeepClone(), ["rotary_emb_fraction"] = 1.0,
            ["rotary_emb_interleaved"] = false, ["rotary_scaling_factor"] = null,
            ["qkv_proj_bias"] = false, ["mlp_fc1_bias"] = false, ["mlp_fc2_bias"] = false,
        };
        foreach (var (old, name) in NomicNames)
            published[old] = config[name]!.DeepClone();
        Agree("nomic-bert/base", published, n => n, 256);
    }

    [TestMethod]
    public void JinaV3_ReadsTheWeightsUnderTheAdapters()
    {
        var published = Config("jina-v3/base");
        published["model_type"] = "xlm-roberta";
        published["position_embedding_type"] = "rotary";
        published["rotary_emb_base"] = published["rope_parameters"]!["rope_theta"]!.DeepClone();
        published["max_position_embeddings"] = 258;
        published.Remove("rope_parameters");
        Agree("jina-v3/base", published, n => "roberta." + (Adapted(n) ? n.Replace(".weight", ".parametrizations.weight.original", StringComparison.Ordinal) : n), 256);
    }

    [TestMethod]
    public void JinaV3_AddsTheAdapterOfATask()
    {
        const int tasks = 3, rank = 2;
        using var stored = WeightFiles.Open(Folder("jina-v3/base"));
        using MemoryWeights published = new(), merged = new();
        var random = new Random(5);
        foreach (var (name, entry) in stored.Entries)
        {
            using var tensor = stored.Read(name);
            var values = tensor.data<float>().ToArray();
            merged.Add(name, values, entry.Shape);
            published.Add(Adapted(name) ? Under(name, "original") : name, values, entry.Shape);
            if (!Adapted(name))
                continue;
            var (rows, columns, table) = ((int)entry.Shape[0], (int)entry.Shape[1], name.Contains("_embeddings", StringComparison.Ordinal));
            float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
            var (a, b) = table ? (Some(tasks * rows * rank), Some(tasks * rank * columns)) : (Some(tasks * rank * columns), Some(tasks * rows * rank));
            published.Add(Under(name, "0.lora_A"), a, table ? [tasks, rows, rank] : [tasks, rank, columns]);
            published.Add(Under(name, "0.lora_B"), b, table ? [tasks, rank, columns] : [tasks, rows, rank]);
            var (left, right) = table ? (a, b) : (b, a); // [tasks, rows, rank], [tasks, rank, columns]
            merged.Add(name, [.. values.Select((v, i) => v + (0.5f / rank * Enumerable.Range(0, rank).Sum(
                r => left[(2 * rows * rank) + (i / columns * rank) + r] * right[(2 * rank * columns) + (r * columns) + (i % columns)])))], entry.Shape);
        }

        var config = Config("jina-v3/base");
        config["lora_adaptations"] = new JsonArray("retrieval.query", "retrieval.passage", "text-matching");
        config["lora_rank"] = rank;
        config["lora_alpha"] = 0.5;
        var json = JsonSerializer.SerializeToElement(config);
        Assert.AreSame(published, TaskAdapters.Apply(json, published, null));
        Assert.AreSame(published, TaskAdapters.Apply(json, published, "query"));
        using var task = TaskAdapters.Apply(json, published, "text-matching");
        using var expected = TextEncoders.Create(json, merged, Precision.Float32, ComputeDevice.Cpu, "merged");
        using var actual = TextEncoders.Create(json, task, Precision.Float32, ComputeDevice.Cpu, "published");
        var batch = new PackedTokens([5, 6, 7, 8, 9], [5]);
        using var x = expected.Encode(batch, EncoderOutput.AllTokens);
        using var y = actual.Encode(batch, EncoderOutput.AllTokens);
        using var difference = (x - y).abs().max();
        Assert.IsLessThan(1e-5f, difference.item<float>());
        published.Add("encoder.layers.0.mixer.Wqkv.parametrizations.weight.0.lora_A", new float[4], [1, 2, 2]);
        Assert.Contains("Wqkv.parametrizations.weight.0.lora_A", Assert.Throws<InvalidDataException>(
            () => TextEncoders.Create(json, task, Precision.Float32, ComputeDevice.Cpu, "published")).Message);
    }

    [TestMethod]
    public void T5_FindsTheWordsUnderTheEncodersName() => Agree(
        "t5-encoder/relu", Config("t5-encoder/relu"), n => n == "shared.weight" ? "encoder.embed_tokens.weight" : n, 512);

    /// <summary>arctic-xs-rope: a real model from its folder.</summary>
    [TestMethod]
    public void ArcticXsRope_EqualsItsGoldenVectors()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Arctic, "golden.json")));
        var settings = new EmbedderSettings
        {
            Extension = ContextExtension.None, LogLengthScaling = false, BeyondLimit = BeyondLimit.Truncate, Precision = Precision.Float32,
        };
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.FromFolder(Arctic), settings, ComputeDevice.Cpu);
        JsonElement[] texts = [.. golden.RootElement.GetProperty("texts").EnumerateArray()];
        var embeddings = embedder.Embed([.. texts.Select(t => t.GetProperty("text").GetString()!)]);
        for (var i = 0; i < texts.Length; i++)
            Near(texts[i], embeddings[i].Vector);
    }

    /// <summary>The same model with the rows of queries and keys in RoFormer's order.</summary>
    [TestMethod]
    public void RoFormer_EqualsTheGoldenVectorsOfArcticXsRope()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Arctic, "golden.json")));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Arctic, "config.json")))!.AsObject();
        config["model_type"] = "roformer";
        config.Remove("position_embedding_type");
        using var weights = new InterleavedWeights(WeightFiles.Open(Arctic), 32);
        using var encoder = TextEncoders.Create(JsonSerializer.SerializeToElement(config), weights, Precision.Float32, ComputeDevice.Cpu, "roformer");
        foreach (var text in golden.RootElement.GetProperty("texts").EnumerateArray())
        {
            int[] ids = [.. text.GetProperty("ids").EnumerateArray().Select(v => v.GetInt32())];
            using var first = encoder.Encode(new(ids, [ids.Length]), EncoderOutput.FirstToken);
            using var vector = TorchSharp.torch.nn.functional.normalize(first);
            Near(text, vector.data<float>().ToArray());
        }
    }

    private static string Arctic => Path.Combine(Shared.Root!, "data", "models", "arctic-xs-rope");

    private static void Near(JsonElement text, float[] actual)
    {
        double[] expected = [.. text.GetProperty("embedding").EnumerateArray().Select(v => v.GetDouble())];
        for (var d = 0; d < expected.Length; d++)
            Assert.AreEqual(expected[d], actual[d], 2e-5, $"{text.GetProperty("name")}, dimension {d}");
    }

    private static string Under(string name, string part) => name.Replace(".weight", ".parametrizations.weight." + part, StringComparison.Ordinal);

    private static bool Adapted(string name) => name.EndsWith(".weight", StringComparison.Ordinal)
        && new[] { "Wqkv", "out_proj", "fc1", "fc2", "word_embeddings", "token_type_embeddings" }.Any(p => name.EndsWith(p + ".weight", StringComparison.Ordinal));

    private static string Folder(string name) => Path.Combine(Shared.Root!, "goldens", "models", name);

    private static JsonObject Config(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(name), "config.json")))!.AsObject();

    private static void Agree(string name, JsonObject config, Func<string, string> rename, int window)
    {
        using var stored = WeightFiles.Open(Folder(name));
        using var weights = new RenamedWeights(stored, rename);
        using var golden = new SafetensorsFile(Path.Combine(Folder(name), "golden.safetensors"));
        using var encoder = TextEncoders.Create(JsonSerializer.SerializeToElement(config), weights, Precision.Float32, ComputeDevice.Cpu, name);
        Assert.AreEqual(window, encoder.Config.Window);
        var (batch, expected) = GoldenRows.Read(golden, "").Kept(null);
        using var states = encoder.Encode(batch, EncoderOutput.AllTokens);
        var values = states.data<float>().ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], values[i], 2e-5f, $"{name}, value {i}");
    }
}
