using ML.Extensions.Encoders;
using TorchSharp;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Generation: caches, stops, errors, threads, memory.</summary>
[TestClass]
[DoNotParallelize] // tensor counts are global
public sealed class CausalDecoderTest
{
    [TestMethod]
    public void Greedy_TogetherEqualsAlone()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        int[][] prompts = [RandomLlama.Ids(3, 1), RandomLlama.Ids(11, 2), RandomLlama.Ids(3, 3), RandomLlama.Ids(1, 4)];
        var together = decoder.Greedy(prompts, 12);
        for (var i = 0; i < prompts.Length; i++)
            CollectionAssert.AreEqual(decoder.Greedy([prompts[i]], 12)[0], together[i], $"prompt {i}");
    }

    [TestMethod]
    public void Greedy_EqualsForwardEachTime()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        var ids = RandomLlama.Ids(5, 7).ToList();
        var found = decoder.Greedy([[.. ids]], 10)[0];
        foreach (var id in found)
        {
            using var states = decoder.States(new([.. ids], [ids.Count]));
            using var logits = decoder.Logits(states);
            using var best = logits[ids.Count - 1].argmax();
            Assert.AreEqual(best.item<long>(), id);
            ids.Add(id);
        }
    }

    [TestMethod]
    public void Greedy_EndsBehindAStop()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        int[][] prompts = [RandomLlama.Ids(6, 1), RandomLlama.Ids(4, 9)];
        var free = decoder.Greedy(prompts, 10);
        var stop = free[0][3];
        var ended = decoder.Greedy(prompts, 10, new HashSet<int> { stop });
        for (var i = 0; i < 2; i++)
        {
            var end = Array.IndexOf(free[i], stop);
            CollectionAssert.AreEqual(end < 0 ? free[i] : free[i][..(end + 1)], ended[i]);
        }
    }

    [TestMethod]
    public void Append_GoesOnAfterAnError()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        using var cache = decoder.NewCache();
        decoder.Append(new([1, 2, 3], [3]), cache).Dispose();
        Assert.Throws<Exception>(() => decoder.Append(new([4, RandomLlama.Vocabulary], [2]), cache));
        Assert.AreEqual(3, cache.Length(0));
        using var found = decoder.Append(new([4], [1]), cache);
        using var states = decoder.States(new([1, 2, 3, 4], [4]));
        using var logits = decoder.Logits(states);
        Assert.IsLessThan(1e-5f, (found[0] - logits[3]).abs().max().item<float>());
    }

    [TestMethod]
    public void Truncate_ForgetsTheEnd()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        using var cache = decoder.NewCache();
        decoder.Append(new([1, 2, 3, 9, 9, 9], [6]), cache).Dispose();
        cache.Truncate(0, 3);
        using var found = decoder.Append(new([4], [1]), cache);
        var again = decoder.Greedy([[1, 2, 3, 4]], 1)[0][0];
        Assert.AreEqual(again, (int)found[0].argmax().item<long>());
    }

    [TestMethod]
    public void Create_SaysThatThereIsNoHead()
    {
        using var model = new RandomLlama(head: false);
        Assert.Contains("lm_head.weight", Assert.Throws<InvalidDataException>(() => model.Decoder()).Message);
        model.Encoder().Dispose();
        model.Config["tie_word_embeddings"] = true;
        model.Decoder().Dispose();
    }

    [TestMethod]
    [DataRow("model_type", "bert", "bert", "llama")]
    [DataRow("model_type", 3, "3", "llama")]
    [DataRow("hidden_act", "mish", "mish", "silu")]
    [DataRow("num_hidden_layers", 0, "num_hidden_layers is 0", "1 to")]
    [DataRow("num_hidden_layers", 3, "layers.2.", "no tensor")]
    [DataRow("num_key_value_heads", 3, "num_attention_heads 4", "num_key_value_heads 3")]
    [DataRow("num_attention_heads", 5, "hidden_size 16", "num_attention_heads 5")]
    [DataRow("intermediate_size", 25, "[24, 16]", "[25, 16]")]
    [DataRow("rms_norm_eps", -1.0, "rms_norm_eps is -1", "0 to 1")]
    [DataRow("vocab_size", "many", "vocab_size", "whole number")]
    [DataRow("hidden_size", null, "hidden_size", "no whole number")]
    public void Create_RefusesWhatItCannotRun(string key, object? value, string found, string expected)
    {
        using var model = new RandomLlama();
        model.Config[key] = value;
        var error = Assert.Throws<Exception>(() => model.Decoder());
        Assert.Contains(found, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void Decoder_LeavesNoTensors()
    {
        using var model = new RandomLlama();
        var before = torch.Tensor.TotalCount;
        using (var decoder = model.Decoder())
        {
            int[][] prompts = [RandomLlama.Ids(9, 1), RandomLlama.Ids(5, 2)];
            decoder.Greedy(prompts, 4);
            var open = torch.Tensor.TotalCount;
            for (var i = 0; i < 60; i++)
                decoder.Greedy(prompts, 4);
            Assert.IsLessThanOrEqualTo(open, torch.Tensor.TotalCount); // fewer where others' are finalised meanwhile
        }

        Assert.IsLessThanOrEqualTo(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Encode_InPartsEqualsAlone()
    {
        using var model = new RandomLlama();
        using var encoder = model.Encoder();
        int[] lengths = [.. Enumerable.Range(0, 120).Select(i => 30 - (i / 6))];
        var ids = lengths.Select(RandomLlama.Ids).ToArray();
        using var together = encoder.Encode(new([.. ids.SelectMany(t => t)], lengths), EncoderOutput.AllTokens);
        long start = 0;
        for (var i = 0; i < lengths.Length; start += lengths[i++])
        {
            using var alone = encoder.Encode(new(ids[i], [lengths[i]]), EncoderOutput.AllTokens);
            Assert.IsLessThan(1e-5f, (together.narrow(0, start, lengths[i]) - alone).abs().max().item<float>(), $"sequence {i}");
        }
    }

    [TestMethod]
    public void Encode_InBFloat16IsNear()
    {
        using var model = new RandomLlama();
        using var exact = model.Encoder();
        using var half = model.Encoder(Precision.BFloat16);
        var batch = new PackedTokens(RandomLlama.Ids(40, 3), [25, 15]);
        using var expected = exact.Encode(batch, EncoderOutput.AllTokens);
        using var found = half.Encode(batch, EncoderOutput.AllTokens);
        Assert.AreEqual(torch.ScalarType.Float32, found.dtype);
        Assert.IsGreaterThan(0.995f, torch.nn.functional.cosine_similarity(expected, found).min().item<float>());
    }
}
