using ML.Extensions.Attention;
using ML.Extensions.Encoders;
using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Rotary changes and SelfExtend inside the network: each sequence by its own, with a cache and without.</summary>
[TestClass]
public sealed class ExtendedSequencesTest
{
    private static readonly SelfExtendWindow Window = new(3, 8);

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    public void SelfExtend_TokenByTokenEqualsTheWhole(int step)
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        var ids = RandomLlama.Ids(30, 3);
        using var whole = decoder.States(new(ids, [30]) { SelfExtend = [Window] });
        using var plain = decoder.States(new(ids, [30]));
        Assert.IsGreaterThan(1e-3, Difference(whole, plain), "SelfExtend did nothing");
        using var cache = decoder.NewCache(turned: false);
        for (var at = 0; at < 30; at += at == 0 ? 10 : step)
        {
            var count = at == 0 ? 10 : step;
            using var part = decoder.Append(new(ids[at..(at + count)], [count]) { SelfExtend = [Window] }, cache);
            using var expected = decoder.Logits(whole.narrow(0, at + count - 1, 1));
            Assert.IsLessThanOrEqualTo(2e-5, Difference(expected, part), $"tokens from {at}");
        }
    }

    [TestMethod]
    public void SelfExtend_NeedsKeysThatAreNotTurned()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        using var cache = decoder.NewCache();
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => decoder.Append(new(RandomLlama.Ids(20, 1), [20]) { SelfExtend = [Window] }, cache));
        StringAssert.Contains(error.Message, "turned: false");
    }

    [TestMethod]
    public void Sequences_HaveEachTheirOwnStrategy()
    {
        using var model = new RandomLlama();
        using var encoder = model.Encoder();
        var rows = new[] { RandomLlama.Ids(30, 1), RandomLlama.Ids(30, 2), RandomLlama.Ids(30, 3), RandomLlama.Ids(9, 4) };
        RotaryChange?[] changes = [null, new RotaryChange.NtkAware(3), null, new RotaryChange.Form(new YarnScaling(2, 8))];
        SelfExtendWindow?[] windows = [Window, null, null, null];
        using var together = encoder.Encode(new([.. rows.SelectMany(r => r)], [30, 30, 30, 9]) { Rotary = changes, SelfExtend = windows }, EncoderOutput.AllTokens);
        for (int i = 0, at = 0; i < rows.Length; at += rows[i++].Length)
        {
            using var alone = encoder.Encode(new(rows[i], [rows[i].Length]) { Rotary = [changes[i]], SelfExtend = [windows[i]] }, EncoderOutput.AllTokens);
            using var part = together.narrow(0, at, rows[i].Length);
            Assert.IsLessThanOrEqualTo(1e-5, Difference(alone, part), $"sequence {i}");
        }
    }

    [TestMethod]
    public void Change_IsTheSameAsAConfigOfThatForm()
    {
        using var model = new RandomLlama();
        using var plain = model.Encoder();
        model.Config["rope_parameters"] = new Dictionary<string, object> { ["rope_type"] = "linear", ["factor"] = 2.0, ["rope_theta"] = 10_000 };
        using var linear = model.Encoder();
        var ids = RandomLlama.Ids(40, 6);
        using var expected = linear.Encode(new(ids, [40]), EncoderOutput.AllTokens);
        using var changed = plain.Encode(new(ids, [40]) { Rotary = [new RotaryChange.Form(new LinearScaling(2))] }, EncoderOutput.AllTokens);
        using var interpolated = plain.Encode(new(ids, [40]) { Positions = [.. Enumerable.Range(0, 40).Select(p => p / 2f)] }, EncoderOutput.AllTokens);
        Assert.AreEqual(0, Difference(expected, changed));
        Assert.IsLessThanOrEqualTo(1e-5, Difference(expected, interpolated));
    }

    [TestMethod]
    [DataRow("yarn")]
    [DataRow("dynamic")]
    [DataRow("longrope")]
    public void Forms_AreTheSameAsConfigsOfThem(string form)
    {
        using var model = new RandomLlama(); // heads of 4: two pairs
        using var plain = model.Encoder();
        RotaryScaling scaling = form switch
        {
            "yarn" => new YarnScaling(4, 16),
            "dynamic" => new DynamicScaling(4, RandomLlama.Window),
            _ => new LongRopeScaling([1, 3], [1, 3], 16, LongRopeScaling.Attention(4, 16)),
        };
        var keys = new Dictionary<string, object> { ["factor"] = 4.0 };
        if (form != "dynamic")
            keys["original_max_position_embeddings"] = 16;
        if (form == "longrope")
            (keys["short_factor"], keys["long_factor"]) = (new[] { 1.0, 1 }, new[] { 1.0, 3 });
        (keys["rope_type"], keys["rope_theta"]) = (form, 10_000);
        model.Config["rope_parameters"] = keys;
        using var configured = model.Encoder();
        var ids = RandomLlama.Ids(90, 6);
        using var expected = configured.Encode(new(ids, [90]), EncoderOutput.AllTokens);
        using var changed = plain.Encode(new(ids, [90]) { Rotary = [new RotaryChange.Form(scaling)] }, EncoderOutput.AllTokens);
        using var unchanged = plain.Encode(new(ids, [90]), EncoderOutput.AllTokens);
        Assert.AreEqual(0, Difference(expected, changed));
        Assert.IsGreaterThan(1e-4, Difference(unchanged, changed), "the form changes something");
    }

    private static double Difference(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return (a - b).abs().max().item<float>();
    }
}
