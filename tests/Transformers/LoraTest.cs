using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.GraphKv;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Training;
using ML.Extensions.Transformers;
using TorchSharp;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Low-rank matrices: trained, written, read, beside the weights and merged into them.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LoraTest
{
    private const int Vocabulary = 24, Width = 16;
    private static readonly int[] Ids = [3, 7, 1, 20, 11, 5];
    private static readonly AnswerExample Example = new([[3, 7, 1], [4, 9, 2]], [], [new([8, 7], [1, 2])]);

    public static IEnumerable<object[]> Families => [["llama"], ["gpt2"], ["gpt_neox"]];

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void NewMatrices_ChangeNoBit(string family)
    {
        using var weights = Tiny(family, out var config);
        using var plain = TrainableDecoder.Create(config, weights, new(), family);
        using var adapted = TrainableDecoder.Create(config, weights, new() { Lora = new() }, family);
        CollectionAssert.AreEqual(Logits(plain), Logits(adapted));
        Assert.IsTrue(adapted.Parameters.All(p => p.Name.Contains(".lora_", StringComparison.Ordinal)));
        Assert.HasCount(family == "llama" ? 2 * 14 : 2 * 8, adapted.Parameters);
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void TrainedMatrices_AreTheSameBesideAndInTheWeights(string family)
    {
        using var weights = Tiny(family, out var config);
        using var folder = new TempFolder();
        float[] trained, before;
        using (var decoder = TrainableDecoder.Create(config, weights, new() { Lora = new() { Rank = 3, Alpha = 5 } }, family))
        {
            before = Logits(decoder);
            Train(decoder, 12);
            trained = Logits(decoder);
            decoder.SaveAdapter(folder.Root);
        }

        Assert.IsGreaterThan(0.05, Far(before, trained));
        using var adapter = LoraAdapter.Open(folder.Root);
        using var kept = CausalDecoder.Create(config, weights, Precision.Float32, ComputeDevice.Cpu, family, adapter);
        using var merged = CausalDecoder.Create(config, weights, Precision.Float32, ComputeDevice.Cpu, family, adapter, merge: true);
        using var plain = CausalDecoder.Create(config, weights, Precision.Float32, ComputeDevice.Cpu, family);
        Assert.IsLessThan(1e-5, Far(trained, Logits(kept)));
        Assert.IsLessThan(1e-5, Far(trained, Logits(merged)));
        Assert.IsLessThan(1e-5, Far(before, Logits(plain)));
        CollectionAssert.AreEqual(merged.Greedy([Ids], 8)[0], kept.Greedy([Ids], 8)[0]); // one row at a time
        using var again = TrainableDecoder.Create(config, weights, new() { Lora = new() { Rank = 3, Alpha = 5 }, Adapter = folder.Root }, family);
        Assert.IsLessThan(1e-6, Far(trained, Logits(again)));
    }

    [TestMethod]
    public void Files_AreInPeftsLayout()
    {
        using var weights = Tiny("llama", out var config);
        using var folder = new TempFolder();
        using (var decoder = TrainableDecoder.Create(config, weights, new() { Lora = new() { Rank = 2, Alpha = 4, Projections = ["q_proj", "v_proj"] } }, "base"))
            decoder.SaveAdapter(folder.Root);
        using var file = WeightFiles.OpenFile(folder["adapter_model.safetensors"])!;
        Assert.HasCount(8, file.Entries);
        CollectionAssert.AreEqual(new long[] { 2, Width }, file.Entries["base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight"].Shape);
        CollectionAssert.AreEqual(new long[] { Width / 2, 2 }, file.Entries["base_model.model.model.layers.0.self_attn.v_proj.lora_B.weight"].Shape);
        using var json = JsonFile.Open(folder["adapter_config.json"]);
        Assert.AreEqual("LORA", json.RootElement.GetProperty("peft_type").GetString());
        Assert.AreEqual("q_proj,v_proj", string.Join(',', json.RootElement.GetProperty("target_modules").EnumerateArray()));
        var wrong = Assert.ThrowsExactly<ArgumentException>(() => TrainableDecoder.Create(config, weights, new() { Lora = new() { Projections = ["query"] } }, "base"));
        StringAssert.Contains(wrong.Message, "q_proj, k_proj");
        Assert.ThrowsExactly<ArgumentException>(() => TrainableDecoder.Create(config, weights, new() { Lora = new() { Rank = 3 }, Adapter = folder.Root }, "base"));
    }

    [TestMethod]
    [DataRow("r", "4", "has shape")]
    [DataRow("r", "0", "'r'")]
    [DataRow("r", "99999", "at most")]
    [DataRow("lora_alpha", "\"much\"", "lora_alpha")]
    [DataRow("peft_type", "\"IA3\"", "IA3")]
    [DataRow("bias", "\"all\"", "bias")]
    [DataRow("use_dora", "true", "use_dora")]
    [DataRow("modules_to_save", "[\"lm_head\"]", "modules_to_save")]
    public void WrongConfigs_AreNamed(string key, string value, string message) => Refused(message, folder =>
    {
        var path = folder["adapter_config.json"];
        var config = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        config[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
    });

    [TestMethod]
    [DataRow("lora_B", "", "but no")]
    [DataRow("layers.1.", "layers.7.", "another model's")]
    [DataRow("lora_A.weight", "lora_A.other", "not known")]
    public void WrongTensors_AreNamed(string from, string to, string message) => Refused(message, folder =>
    {
        var path = folder["adapter_model.safetensors"];
        Dictionary<string, torch.Tensor> tensors;
        using (var file = WeightFiles.OpenFile(path)!)
            tensors = file.Entries.Keys.Where(k => to.Length > 0 || !k.Contains(from, StringComparison.Ordinal)).ToDictionary(k => k.Replace(from, to, StringComparison.Ordinal), k => file.Read(k).clone());
        SafetensorsWriter.Write(path, tensors);
    });

    [TestMethod]
    public void MissingAndTornFiles_AreNamed()
    {
        Refused("adapter_config.json", folder => File.Delete(folder["adapter_config.json"]));
        Refused("adapter_model.safetensors", folder => File.Delete(folder["adapter_model.safetensors"]));
        Refused("adapter_model.safetensors", folder => File.WriteAllBytes(folder["adapter_model.safetensors"], File.ReadAllBytes(folder["adapter_model.safetensors"])[..100]));
    }

    private static void Refused(string message, Action<TempFolder> damage)
    {
        using var weights = Tiny("llama", out var config);
        using var folder = new TempFolder();
        using (var decoder = TrainableDecoder.Create(config, weights, new() { Lora = new() { Rank = 2 } }, "llama"))
            decoder.SaveAdapter(folder.Root);
        damage(folder);
        foreach (var merge in new[] { false, true })
        {
            var e = Assert.Throws<Exception>(() =>
            {
                using var adapter = LoraAdapter.Open(folder.Root);
                CausalDecoder.Create(config, weights, Precision.Float32, ComputeDevice.Cpu, "llama", adapter, merge).Dispose();
            });
            Assert.IsTrue(e is InvalidDataException or NotSupportedException, e.ToString());
            StringAssert.Contains(e.Message, message);
        }
    }

    private static void Train(TrainableDecoder decoder, int steps)
    {
        PackedAnswer[] samples = [Example.Pack(new(decoder.Spec, Precision.Float32, torch.CPU, "test"), [], GraphKvPlan.BlockAttention)];
        var losses = new List<double>();
        new AnswerTrainingRun(decoder, _ => samples, new() { Steps = steps, LearningRate = new(2e-2), Progress = p => losses.Add(p.Loss) }).Run();
        Assert.IsLessThan(losses[0], losses[^1]);
    }

    private static float[] Logits(TrainableDecoder decoder)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        return decoder.Logits(new(Ids, [Ids.Length]), PlainAttention.Instance, torch.arange(Ids.Length)).data<float>().ToArray();
    }

    private static float[] Logits(CausalDecoder decoder)
    {
        using var states = decoder.States(new(Ids, [Ids.Length]));
        using var logits = decoder.Logits(states);
        return logits.data<float>().ToArray();
    }

    private static double Far(float[] a, float[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max();

    /// <summary>Two layers of random weights, in a family's own layout.</summary>
    private static MemoryWeights Tiny(string family, out JsonElement config)
    {
        var weights = new MemoryWeights();
        var random = new Random(5);
        void Add(string name, params long[] shape) => weights.Add(
            name, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(random.NextDouble() - 0.5) + (shape.Length == 1 && !name.EndsWith("bias", StringComparison.Ordinal) ? 1 : 0))], shape);
        void Both(string name, params long[] shape)
        {
            Add(name + ".weight", shape);
            Add(name + ".bias", family == "gpt2" ? shape[^1] : shape[0]);
        }

        const long w = Width, f = 2 * Width;
        var keys = new Dictionary<string, object> { ["model_type"] = family, ["vocab_size"] = Vocabulary, ["hidden_act"] = family == "llama" ? "silu" : "gelu", ["tie_word_embeddings"] = false, ["rotary_pct"] = 1.0 };
        (string, int)[] sizes = family == "gpt2" ? [("n_embd", Width), ("n_layer", 2), ("n_head", 2), ("n_inner", (int)f), ("n_positions", 32)]
            : [("hidden_size", Width), ("num_hidden_layers", 2), ("num_attention_heads", 4), ("num_key_value_heads", 2), ("intermediate_size", (int)f), ("max_position_embeddings", 64)];
        foreach (var (key, value) in sizes)
            keys[key] = value;
        if (family == "gpt2")
        {
            keys["activation_function"] = "gelu_new";
            Add("transformer.wte.weight", Vocabulary, w);
            Add("transformer.wpe.weight", 32, w);
        }
        else
        {
            Add(family == "llama" ? "model.embed_tokens.weight" : "gpt_neox.embed_in.weight", Vocabulary, w);
        }

        for (var n = 0; n < 2; n++)
        {
            if (family == "llama")
            {
                var at = $"model.layers.{n}.";
                Add(at + "input_layernorm.weight", w);
                Add(at + "post_attention_layernorm.weight", w);
                Add(at + "self_attn.q_proj.weight", w, w);
                Add(at + "self_attn.k_proj.weight", w / 2, w);
                Add(at + "self_attn.v_proj.weight", w / 2, w);
                Add(at + "self_attn.o_proj.weight", w, w);
                Add(at + "mlp.gate_proj.weight", f, w);
                Add(at + "mlp.up_proj.weight", f, w);
                Add(at + "mlp.down_proj.weight", w, f);
            }
            else if (family == "gpt2")
            {
                var at = $"transformer.h.{n}.";
                Both(at + "ln_1", w);
                Both(at + "ln_2", w);
                Both(at + "attn.c_attn", w, 3 * w);
                Both(at + "attn.c_proj", w, w);
                Both(at + "mlp.c_fc", w, f);
                Both(at + "mlp.c_proj", f, w);
            }
            else
            {
                var at = $"gpt_neox.layers.{n}.";
                Both(at + "input_layernorm", w);
                Both(at + "post_attention_layernorm", w);
                Both(at + "attention.query_key_value", 3 * w, w);
                Both(at + "attention.dense", w, w);
                Both(at + "mlp.dense_h_to_4h", f, w);
                Both(at + "mlp.dense_4h_to_h", w, f);
            }
        }

        if (family == "gpt2")
            Both("transformer.ln_f", w);
        else if (family == "llama")
            Add("model.norm.weight", w);
        else
            Both("gpt_neox.final_layer_norm", w);
        Add(family == "gpt_neox" ? "embed_out.weight" : "lm_head.weight", Vocabulary, w);
        config = JsonSerializer.SerializeToElement(keys);
        return weights;
    }
}
