using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Transformers;
using TorchSharp;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Networks whose weights stay in few bits.</summary>
[TestClass]
[DoNotParallelize]
public sealed class CompactWeightsTest
{
    private const int Vocabulary = 96;

    [TestMethod]
    [DataRow(Precision.Float32, false, null, 2e-5)]
    [DataRow(Precision.Float32, true, null, 2e-5)]
    [DataRow(Precision.Float32, true, 9, 2e-5)]
    [DataRow(Precision.Int8Weights, false, null, 2e-5)]
    public void Append_StepByStepEqualsTheWholePrompt(Precision precision, bool blocks, int? window, double within)
    {
        using var weights = Weights(64, 96, blocks);
        using var decoder = Decoder(weights, 64, 96, precision, window);
        var ids = Ids(70);
        using var whole = decoder.NewCache();
        using var cache = decoder.NewCache();
        using var expected = decoder.Append(new(ids, [ids.Length]), whole);
        decoder.Append(new(ids[..20], [20]), cache).Dispose();
        for (var i = 20; i < ids.Length - 1; i++)
            decoder.Append(new([ids[i]], [1]), cache).Dispose();
        using var actual = decoder.Append(new([ids[^1]], [1]), cache);
        Near(expected, actual, within);
        using var next = decoder.Append(new([3, 4], [2]), cache); // the cache serves both ways of going on
        using var after = decoder.Append(new([3, 4], [2]), whole);
        Near(after, next, within);
    }

    [TestMethod]
    [DataRow(Precision.Int8Weights, 0.999)]
    [DataRow(Precision.Int8, 0.998)]
    public void Encode_IsCloseToFloat32(Precision precision, double least)
    {
        using var weights = Weights(128, 256, blocks: false);
        using var exact = Encoder(weights, precision: Precision.Float32);
        using var encoder = Encoder(weights, precision);
        Assert.AreEqual(precision, encoder.Precision);
        int[] lengths = [40, 30, 30, 5, 1];
        var batch = new PackedTokens(Ids(106), lengths);
        using var expected = exact.Encode(batch, EncoderOutput.AllTokens);
        using var actual = encoder.Encode(batch, EncoderOutput.AllTokens);
        using var cosines = torch.nn.functional.cosine_similarity(expected, actual, 1, 1e-9);
        Assert.IsGreaterThanOrEqualTo(least, cosines.min().item<float>());
        using var alone = encoder.Encode(new(batch.Ids[..40], [40]), EncoderOutput.AllTokens);
        Near(alone, actual.narrow(0, 0, 40), 1e-5);
    }

    [TestMethod]
    public void Int8Weights_TakeAQuarterOfTheMemory()
    {
        const int Width = 512, Forward = 4_096;
        using var weights = Weights(Width, Forward, blocks: false);
        using var wide = Decoder(weights, Width, Forward, Precision.Float32);
        using var narrow = Decoder(weights, Width, Forward, Precision.Int8Weights);
        Assert.AreEqual(wide.ParameterCount, narrow.ParameterCount);
        Assert.IsGreaterThan(3.9 * wide.ParameterCount, wide.WeightBytes);
        Assert.IsLessThan(0.26 * wide.WeightBytes, narrow.WeightBytes);
    }

    [TestMethod]
    public void Float32_KeepsWeightsOfFewBitsInThem()
    {
        using var plain = Weights(64, 96, blocks: false);
        using var blocks = Weights(64, 96, blocks: true);
        using var wide = Decoder(plain, 64, 96, Precision.Float32);
        using var narrow = Decoder(blocks, 64, 96, Precision.Float32);
        Assert.IsLessThan(0.3 * wide.WeightBytes, narrow.WeightBytes);
    }

    [TestMethod]
    public void Steps_LeaveNoTensorsAndRefuseIdsBeyondTheVocabulary()
    {
        using var weights = Weights(64, 96, blocks: true);
        using var decoder = Decoder(weights, 64, 96, Precision.Float32);
        using var cache = decoder.NewCache();
        decoder.Append(new([1, 2], [2]), cache).Dispose();
        Assert.Throws<Exception>(() => decoder.Append(new([Vocabulary], [1]), cache));
        Assert.Throws<Exception>(() => decoder.Append(new([1, -1], [2]), cache));
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 40; i++)
            decoder.Append(new([i], [1]), cache).Dispose();
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    private static CausalDecoder Decoder(MemoryWeights weights, int width, int forward, Precision precision, int? window = null) =>
        CausalDecoder.Create(Config(width, forward, window), weights, precision, ComputeDevice.Cpu, "test");

    private static TextEncoder Encoder(MemoryWeights weights, Precision precision) =>
        TextEncoders.Create(Config(128, 256, null), weights, precision, ComputeDevice.Cpu, "test");

    private static JsonElement Config(int width, int forward, int? window) => JsonSerializer.SerializeToElement(new Dictionary<string, object?>
    {
        ["model_type"] = window is null ? "llama" : "mistral", ["hidden_size"] = width, ["num_hidden_layers"] = 2, ["num_attention_heads"] = 4,
        ["num_key_value_heads"] = 2, ["intermediate_size"] = forward, ["vocab_size"] = Vocabulary, ["hidden_act"] = "silu", ["sliding_window"] = window,
        ["max_position_embeddings"] = 256, ["rms_norm_eps"] = 1e-5, ["rope_theta"] = 10_000, ["tie_word_embeddings"] = true,
    });

    private static MemoryWeights Weights(int width, int forward, bool blocks)
    {
        var (weights, random) = (new MemoryWeights(), new Random(9));
        void Add(string name, params int[] shape)
        {
            var values = new float[shape.Aggregate(1, (a, b) => a * b)];
            for (var at = 0; at < values.Length; at += 32)
            {
                var (d, m) = ((float)(Half)(0.005 + (0.02 * random.NextDouble())), (float)(Half)(-0.1 * (1 + random.NextDouble())));
                for (var i = 0; i < 32; i++)
                    values[at + i] = shape.Length == 1 ? 0.5f + (float)random.NextDouble()
                        : blocks ? (d * (i < 2 ? 15 * i : random.Next(16))) + m : (float)((random.NextDouble() - 0.5) * 4 / Math.Sqrt(width));
            }

            weights.Add(name, values, Array.ConvertAll(shape, s => (long)s));
        }

        Add("model.embed_tokens.weight", Vocabulary, width);
        for (var n = 0; n < 2; n++)
        {
            var at = $"model.layers.{n}.";
            Add(at + "input_layernorm.weight", width);
            Add(at + "post_attention_layernorm.weight", width);
            Add(at + "self_attn.q_proj.weight", width, width);
            Add(at + "self_attn.k_proj.weight", width / 2, width);
            Add(at + "self_attn.v_proj.weight", width / 2, width);
            Add(at + "self_attn.o_proj.weight", width, width);
            Add(at + "mlp.gate_proj.weight", forward, width);
            Add(at + "mlp.up_proj.weight", forward, width);
            Add(at + "mlp.down_proj.weight", width, forward);
        }

        Add("model.norm.weight", width);
        return weights;
    }

    private static int[] Ids(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];
    }

    private static void Near(torch.Tensor expected, torch.Tensor actual, double within)
    {
        using var scope = torch.NewDisposeScope();
        var scale = Math.Max(1, expected.abs().max().item<float>());
        Assert.IsLessThan(within * scale, (expected - actual).abs().max().item<float>());
    }
}
