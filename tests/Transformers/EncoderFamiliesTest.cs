using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Tests.Conformance;
using TorchSharp;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Encoder families that the reference library has no class for, against oracles of their own.</summary>
[TestClass]
[DoNotParallelize]
public sealed class EncoderFamiliesTest
{
    private const int Layers = 2, Vocabulary = 50, Hidden = 40;

    [TestMethod]
    [DataRow(4, false, "geglu")]
    [DataRow(6, false, "reglu")]
    [DataRow(4, true, "geglu")]
    [DataRow(6, true, "reglu")]
    public void JinaV2_AgreesWithTheOracle(int heads, bool normalised, string form)
    {
        using var weights = Weights(24, (w, at) =>
        {
            w.Product(at + "attention.output.dense", 24, 24);
            foreach (var norm in normalised
                ? new[] { "attention.self.layer_norm_q", "attention.self.layer_norm_k", "layer_norm_1", "layer_norm_2" }
                : ["attention.output.LayerNorm", "mlp.layernorm"])
                w.Norm(at + norm, 24);
            w.Product(at + (normalised ? "mlp.up_gated_layer" : "mlp.gated_layers"), 2 * Hidden, 24, bias: false);
            w.Product(at + (normalised ? "mlp.down_layer" : "mlp.wo"), 24, Hidden);
        });
        var config = Config(24, heads, ("model_type", "bert"), ("position_embedding_type", "alibi"), ("feed_forward_type", form));
        config["_name_or_path"] = normalised ? "jinaai/jina-bert-v2-qk-post-norm" : "jinaai/jina-bert-implementation";
        Agree(config, weights, new JinaV2Oracle(weights, Layers, 24, heads, 1e-6, normalised, form == "reglu"), PositionKind.Linear);
    }

    [TestMethod]
    [DataRow("e5rope", false)]
    [DataRow("bert", false)]
    [DataRow("bert", true)]
    [DataRow("roformer", true)]
    public void RotaryBert_AgreesWithTheOracle(string type, bool interleaved)
    {
        using var weights = Weights(32, (w, at) =>
        {
            w.Product(at + "attention.output.dense", 32, 32);
            w.Norm(at + "attention.output.LayerNorm", 32);
            w.Product(at + "intermediate.dense", Hidden, 32);
            w.Product(at + "output.dense", 32, Hidden);
            w.Norm(at + "output.LayerNorm", 32);
        });
        var config = Config(32, 4, ("model_type", type), ("position_embedding_type", "rope"), ("rope_theta", 500.0), ("rope_interleaved", interleaved));
        Agree(config, weights, new RotaryOracle(weights, Layers, 32, 4, 1e-6, Frequencies(500, 8), interleaved, gte: false), PositionKind.Rotary);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(0.5)]
    public void Gte_ScaledByNtkAgreesWithTheOracle(double? mixed)
    {
        using var weights = GteWeights();
        var scaling = new Dictionary<string, object> { ["type"] = "ntk", ["factor"] = 4.0 };
        if (mixed is { } b)
            scaling["mixed_b"] = b;
        var config = Config(32, 4, ("model_type", "new"), ("position_embedding_type", "rope"), ("rope_theta", 700.0), ("rope_scaling", scaling));
        double[] frequencies = mixed is null // kexue.fm/archives/9706: base times the factor, and each frequency divided by factor^(2/d)
            ? [.. Frequencies(700 * 4, 8).Select(f => f / Math.Pow(4, 2.0 / 8))]
            : [.. Frequencies(700, 8).Select((f, j) => f / Math.Exp(Math.Log(4) / Math.Pow(4, mixed.Value) * Math.Pow(j + 1, mixed.Value)))];
        Agree(config, weights, new RotaryOracle(weights, Layers, 32, 4, 1e-6, frequencies, false, gte: true), PositionKind.Rotary);
    }

    [TestMethod]
    public void Gte_WithATableOfPositionsAgreesWithTheOracle()
    {
        using var weights = GteWeights();
        weights.Table("embeddings.position_embeddings", 64, 32);
        var config = Config(32, 4, ("model_type", "new"), ("position_embedding_type", "absolute"));
        Agree(config, weights, new RotaryOracle(weights, Layers, 32, 4, 1e-6, new double[4], false, gte: true), PositionKind.Absolute);
    }

    private static EncoderWeights GteWeights() => Weights(32, (w, at) =>
    {
        w.Product(at + "attention.qkv_proj", 96, 32);
        w.Product(at + "attention.o_proj", 32, 32);
        w.Norm(at + "attn_ln", 32);
        w.Product(at + "mlp.up_gate_proj", 2 * Hidden, 32, bias: false);
        w.Product(at + "mlp.down_proj", 32, Hidden);
        w.Norm(at + "mlp_ln", 32);
    });

    [TestMethod]
    [DataRow("bert", "position_embedding_type", "relative_key", "relative_key", "absolute, rope, alibi")]
    [DataRow("bert", "rotary_value", true, "rotary_value is true", "false")]
    [DataRow("new", "logn_attention_scale", true, "logn_attention_scale is true", "false")]
    [DataRow("new", "position_embedding_type", "alibi", "'alibi'", "rope, absolute")]
    [DataRow("new", "layer_norm_type", "group_norm", "group_norm", "rms_norm")]
    [DataRow("new", "hidden_act", "mish", "mish", "gelu")]
    [DataRow("nomic_bert", "prenorm", true, "prenorm is true", "false")]
    [DataRow("nomic_bert", "moe_every_n_layers", 2, "moe_every_n_layers is 2", "0")]
    [DataRow("modernbert", "hidden_activation", "snake", "snake", "gelu")]
    [DataRow("t5", "feed_forward_proj", "gated-mish", "gated-mish", "gated-gelu")]
    [DataRow("mpnet", "pad_token_id", 5000, "pad_token_id is 5000", "max_position_embeddings is 64")]
    public void Create_RefusesWhatItCannotRun(string family, string key, object value, string found, string expected)
    {
        using var weights = GteWeights();
        var config = Config(32, 4, ("model_type", family), ("position_embedding_type", "rope"), ("d_model", 32), ("num_layers", 2), ("num_heads", 4), ("d_kv", 8), ("d_ff", 40), (key, value));
        var error = Assert.Throws<Exception>(() => Create(config, weights));
        Assert.Contains(found, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void Encode_LeavesNoTensors()
    {
        using var weights = GteWeights();
        using var encoder = Create(Config(32, 4, ("model_type", "new"), ("rope_theta", 700.0)), weights);
        var batch = new PackedTokens([.. Enumerable.Range(0, 160).Select(i => i % Vocabulary)], [.. Enumerable.Repeat(20, 8)]);
        encoder.Encode(batch, EncoderOutput.AllTokens).Dispose();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 50; i++)
        {
            encoder.Encode(batch, EncoderOutput.AllTokens).Dispose();
            encoder.Encode(batch with { LogitScales = [1, 2, 1, 1, 1, 1, 1, 1] }, EncoderOutput.FirstToken).Dispose();
        }

        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    private static double[] Frequencies(double theta, int d) => [.. Enumerable.Range(0, d / 2).Select(j => Math.Pow(theta, -2.0 * j / d))];

    private static EncoderWeights Weights(int width, Action<EncoderWeights, string> layer)
    {
        var weights = new EncoderWeights();
        weights.Table("embeddings.word_embeddings", Vocabulary, width);
        weights.Table("embeddings.token_type_embeddings", 2, width);
        weights.Norm("embeddings.LayerNorm", width);
        for (var n = 0; n < Layers; n++)
        {
            foreach (var part in (string[])["query", "key", "value"])
                weights.Product($"encoder.layer.{n}.attention.self.{part}", width, width);
            layer(weights, $"encoder.layer.{n}.");
        }

        return weights;
    }

    private static Dictionary<string, object> Config(int width, int heads, params (string Key, object Value)[] more)
    {
        var config = new Dictionary<string, object>
        {
            ["hidden_size"] = width, ["num_attention_heads"] = heads, ["num_hidden_layers"] = Layers, ["intermediate_size"] = Hidden,
            ["max_position_embeddings"] = 64, ["type_vocab_size"] = 2, ["vocab_size"] = Vocabulary, ["layer_norm_eps"] = 1e-6,
        };
        foreach (var (key, value) in more)
            config[key] = value;
        return config;
    }

    private static TextEncoder Create(Dictionary<string, object> config, EncoderWeights weights) =>
        TextEncoders.Create(JsonSerializer.SerializeToElement(config), weights, Precision.Float32, ComputeDevice.Cpu, "random");

    private static void Agree(Dictionary<string, object> config, EncoderWeights weights, PostNormOracle oracle, PositionKind kind)
    {
        using var encoder = Create(config, weights);
        Assert.AreEqual(kind, encoder.Positions);
        int[] lengths = [33, 12, 12, 1];
        var random = new Random(3);
        int[] ids = [.. Enumerable.Range(0, lengths.Sum()).Select(_ => random.Next(Vocabulary))];
        using var states = encoder.Encode(new(ids, lengths), EncoderOutput.AllTokens);
        var values = states.data<float>().ToArray();
        var at = 0;
        foreach (var length in lengths)
        {
            var expected = oracle.Encode(ids[at..(at + length)]);
            for (var t = 0; t < length; t++, at++)
                for (var d = 0; d < expected[t].Length; d++)
                    Assert.AreEqual(expected[t][d], values[(at * expected[t].Length) + d], 2e-5, $"token {at}, dimension {d}");
        }
    }
}
