using ML.Extensions.Encoders;
using TorchSharp;

namespace ML.Extensions.Tests.Encoders;

[TestClass]
[DoNotParallelize]
public sealed class BertEncoderTest
{
    private const string Plain = "ML.Extensions.PlainOperators";

    public static IEnumerable<(string Activation, bool Plain)> Kinds =>
        from a in new[] { "gelu", "gelu_new", "relu", "silu" } from p in new[] { false, true } select (a, p);

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Encode_AgreesWithTheOracle(string activation, bool plain)
    {
        using var model = new RandomBert(activation);
        using var encoder = Create(model, plain);
        int[] lengths = [24, 9, 9, 3, 1];
        var ids = lengths.Select((l, i) => RandomBert.Ids(l, i)).ToArray();
        var positions = lengths.Select((l, i) => Enumerable.Range(0, l).Select(p => i % 2 == 0 ? p : p * 0.37f).ToArray()).ToArray();
        var types = ids.Select(t => t.Select(v => v % 2).ToArray()).ToArray();
        float[] scales = [1, 1.3f, 0.8f, 2, 1];
        var batch = new PackedTokens([.. ids.SelectMany(t => t)], lengths)
        {
            Positions = [.. positions.SelectMany(t => t)], TokenTypes = [.. types.SelectMany(t => t)], LogitScales = scales,
        };
        var states = Values(encoder, batch, EncoderOutput.AllTokens);
        var firsts = Values(encoder, batch, EncoderOutput.FirstToken);
        var oracle = model.Oracle();
        for (int i = 0, row = 0; i < lengths.Length; row += lengths[i++])
        {
            var expected = oracle.Encode(ids[i], [.. positions[i].Select(p => (double)p)], types[i], scales[i]);
            for (var t = 0; t < lengths[i]; t++)
                Near(expected[t], states, row + t, $"sequence {i}, token {t}");
            Near(expected[0], firsts, i, $"first token of {i}");
        }
    }

    [TestMethod]
    public void Encode_WholePositionsEqualThePlainRowsBitForBit()
    {
        using var model = new RandomBert();
        using var encoder = model.Create();
        int[] lengths = [20, 12, 12];
        var batch = new PackedTokens(RandomBert.Ids(44, 1), lengths);
        var whole = batch with { Positions = [.. lengths.SelectMany(l => Enumerable.Range(0, l).Select(p => (float)p))] };
        var plain = Values(encoder, batch, EncoderOutput.AllTokens);
        CollectionAssert.AreEqual(plain, Values(encoder, whole, EncoderOutput.AllTokens));
        CollectionAssert.AreEqual(plain, Values(encoder, batch with { TokenTypes = new int[44] }, EncoderOutput.AllTokens));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Encode_ABatchEqualsOneAtATime(bool plain)
    {
        using var model = new RandomBert();
        using var encoder = Create(model, plain);
        int[] lengths = [.. Enumerable.Range(0, 200).Select(i => 24 - (i / 9))];
        var ids = lengths.Select((l, i) => RandomBert.Ids(l, i)).ToArray();
        var batch = Values(encoder, new([.. ids.SelectMany(t => t)], lengths), EncoderOutput.FirstToken);
        for (var i = 0; i < lengths.Length; i++)
        {
            var alone = Values(encoder, new(ids[i], [lengths[i]]), EncoderOutput.AllTokens);
            Near([.. alone.Take(RandomBert.Width).Select(v => (double)v)], batch, i, $"sequence {i}");
        }
    }

    [TestMethod]
    public void Create_AcceptsPrefixAndOldNames()
    {
        using var model = new RandomBert();
        using var renamed = new RandomBert(prefix: "bert.", oldNames: true);
        using var expected = model.Create();
        using var actual = renamed.Create();
        var batch = new PackedTokens(RandomBert.Ids(20, 3), [20]);
        CollectionAssert.AreEqual(Values(expected, batch, EncoderOutput.AllTokens), Values(actual, batch, EncoderOutput.AllTokens));
        Assert.AreEqual(expected.ParameterCount, actual.ParameterCount);
    }

    [TestMethod]
    [DataRow("model_type", "martian", "martian", "bert")]
    [DataRow("hidden_act", "mish", "mish", "gelu_new")]
    [DataRow("position_embedding_type", "relative_key", "relative_key", "absolute")]
    [DataRow("num_attention_heads", 5, "hidden_size 32", "num_attention_heads 5")]
    [DataRow("num_hidden_layers", 0, "num_hidden_layers is 0", "1 to")]
    [DataRow("intermediate_size", 48, "intermediate.dense.weight", "[48, 32]")]
    [DataRow("max_position_embeddings", "many", "max_position_embeddings", "whole number")]
    public void Create_RefusesWhatItCannotRun(string key, object value, string found, string expected)
    {
        using var model = new RandomBert();
        var config = model.Config();
        config[key] = value;
        var error = Assert.Throws<Exception>(() => model.Create(config));
        Assert.Contains(found, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void Encode_LeavesNoTensors()
    {
        using var model = new RandomBert();
        using var encoder = model.Create();
        int[] lengths = [.. Enumerable.Repeat(20, 8)];
        var batch = new PackedTokens(RandomBert.Ids(160, 1), lengths);
        var odd = batch with { Positions = [.. Enumerable.Range(0, 160).Select(p => p % 20 * 0.5f)], LogitScales = [.. lengths.Select(_ => 1.5f)] };
        encoder.Encode(batch, EncoderOutput.AllTokens).Dispose();
        encoder.Encode(odd, EncoderOutput.FirstToken).Dispose();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 500; i++)
        {
            encoder.Encode(batch, EncoderOutput.AllTokens).Dispose();
            encoder.Encode(odd, EncoderOutput.FirstToken).Dispose();
        }

        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Encode_SaysWhatIsWrongAndGoesOn()
    {
        using var model = new RandomBert();
        using var encoder = model.Create();
        var wrong = RandomBert.Ids(160, 1);
        wrong[70] = RandomBert.Vocabulary;
        Assert.Throws<Exception>(() => encoder.Encode(new(wrong, [.. Enumerable.Repeat(20, 8)]), EncoderOutput.AllTokens));
        encoder.Encode(new(RandomBert.Ids(20, 1), [20]), EncoderOutput.AllTokens).Dispose();
    }

    private static TextEncoder Create(RandomBert model, bool plain)
    {
        AppContext.SetSwitch(Plain, plain);
        try
        {
            return model.Create();
        }
        finally
        {
            AppContext.SetSwitch(Plain, false);
        }
    }

    private static float[] Values(TextEncoder encoder, PackedTokens batch, EncoderOutput output)
    {
        using var states = encoder.Encode(batch, output);
        return states.data<float>().ToArray();
    }

    private static void Near(double[] expected, float[] states, int row, string what)
    {
        for (var d = 0; d < expected.Length; d++)
            Assert.AreEqual(expected[d], states[(row * expected.Length) + d], 2e-5, $"{what}, dimension {d}");
    }
}
