using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using TorchSharp;

namespace ML.Extensions.Tests.Checkpoints;

/// <summary>Golden models of many families, written as a converter to GGUF writes them, come back as they were.</summary>
[TestClass, TestCategory("Shared")]
public sealed class GgufModelTest
{
    private const string Llama = "model.embed_tokens token_embd, model.norm output_norm, lm_head output, model.layers. blk., input_layernorm attn_norm, post_attention_layernorm ffn_norm, self_attn.q_norm attn_q_norm, self_attn.k_norm attn_k_norm, self_attn.q_proj attn_q, self_attn.k_proj attn_k, self_attn.v_proj attn_v, self_attn.o_proj attn_output, self_attn.qkv_proj attn_qkv, mlp.gate_up_proj ffn_up, mlp.gate_proj ffn_gate, mlp.up_proj ffn_up, mlp.down_proj ffn_down";
    private const string Around = "pre_feedforward_layernorm ffn_norm, post_feedforward_layernorm post_ffw_norm, post_attention_layernorm post_attention_norm, " + Llama;

    /// <summary>Folder, general.architecture, names (theirs and the file's), numbers in the file beyond the usual.</summary>
    public static IEnumerable<(string Folder, string Architecture, string Names, (string, object)[] More)> Cases => Shared.Root is null ? [] :
    [
        ("llama/default", "llama", Llama, []),
        ("llama/tied_bias", "llama", Llama, []),
        ("llama/linear", "llama", Llama, [("rope.scaling.type", "linear"), ("rope.scaling.factor", "rope_parameters.factor")]),
        ("granite/base", "granite", Llama, [("attention.scale", "attention_multiplier"), ("embedding_scale", "embedding_multiplier"), ("residual_scale", "residual_multiplier"), ("logit_scale", "logits_scaling")]),
        ("smollm3/nope_layers", "smollm3", Llama, []),
        ("qwen2/base", "qwen2", Llama, []),
        ("qwen3/base", "qwen3", Llama, []),
        ("phi3/base", "phi3", Llama, []),
        ("phi3/longrope", "phi3", Llama, [("rope.scaling.original_context_length", "rope_parameters.original_max_position_embeddings"), ("rope_factors_short.weight", "rope_parameters.short_factor"), ("rope_factors_long.weight", "rope_parameters.long_factor")]),
        ("llama/llama3", "llama", Llama, [("rope_freqs.weight", "rope_parameters")]),
        ("olmo2/base", "olmo2", Around, []),
        ("stablelm/partial_rotary", "stablelm", Llama, [("rope.dimension_count", 2u)]),
        ("gemma2/base", "gemma2", Around, [("attention.sliding_window", "sliding_window"), ("attn_logit_softcapping", "attn_logit_softcapping"), ("final_logit_softcapping", "final_logit_softcapping")]),
        ("gemma3/base", "gemma3", Around, [("attention.sliding_window", "sliding_window"), ("rope.freq_base", "rope_parameters.full_attention.rope_theta"), ("rope.freq_base_swa", "rope_parameters.sliding_attention.rope_theta")]),
        ("gemma3/bidirectional", "gemma-embedding", Around, [("attention.sliding_window", "sliding_window"), ("rope.freq_base", "rope_parameters.full_attention.rope_theta"), ("rope.freq_base_swa", "rope_parameters.sliding_attention.rope_theta"), ("pooling_type", 1u)]),
        ("gpt2/base", "gpt2", "transformer.wte token_embd, transformer.wpe position_embd, transformer.ln_f output_norm, transformer.h. blk., ln_1 attn_norm, ln_2 ffn_norm, attn.c_attn attn_qkv, attn.c_proj attn_output, mlp.c_fc ffn_up, mlp.c_proj ffn_down", []),
        ("gpt-neox/partial_rotary", "gptneox", "gpt_neox.embed_in token_embd, gpt_neox.final_layer_norm output_norm, embed_out output, gpt_neox.layers. blk., input_layernorm attn_norm, post_attention_layernorm ffn_norm, attention.query_key_value attn_qkv, attention.dense attn_output, mlp.dense_h_to_4h ffn_up, mlp.dense_4h_to_h ffn_down", [("rope.dimension_count", 4u)]),
        ("bert/base", "bert", "embeddings.word_embeddings token_embd, embeddings.position_embeddings position_embd, embeddings.token_type_embeddings token_types, embeddings.LayerNorm token_embd_norm, encoder.layer. blk., attention.self.query attn_q, attention.self.key attn_k, attention.self.value attn_v, attention.output.dense attn_output, attention.output.LayerNorm attn_output_norm, intermediate.dense ffn_up, output.LayerNorm layer_output_norm, output.dense ffn_down", [("pooling_type", 2u)]),
        ("nomic-bert/base", "nomic-bert", "embeddings.word_embeddings token_embd, embeddings.token_type_embeddings token_types, emb_ln token_embd_norm, encoder.layers. blk., attn.Wqkv attn_qkv, attn.out_proj attn_output, norm1 attn_output_norm, norm2 layer_output_norm, mlp.fc12 ffn_gate, mlp.fc11 ffn_up, mlp.fc2 ffn_down", [("pooling_type", 1u)]),
    ];

    [TestMethod, DynamicData(nameof(Cases))]
    public void Open_GivesTheModelBack(string folder, string architecture, string names, (string Key, object Value)[] more)
    {
        using var scope = torch.NewDisposeScope();
        using var temporary = new TempFolder();
        var path = Path.Combine(Shared.Root!, "goldens", "models", folder);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(path, "config.json")))!.AsObject();
        using var weights = new SafetensorsFile(Path.Combine(path, "model.safetensors"));
        var model = GgufModel.Open(temporary.Write("a.gguf", Write(architecture, config, weights, names, more)));
        using var read = model.Weights;
        Assert.AreEqual(config["model_type"]!.GetValue<string>(), model.Config.GetProperty("model_type").GetString());
        var expected = weights.Entries.Keys.Where(k => !k.EndsWith(".attn.bias", StringComparison.Ordinal) && !k.StartsWith("pooler", StringComparison.Ordinal)).ToArray();
        CollectionAssert.AreEquivalent(Array.ConvertAll(expected, Whole), read.Entries.Keys.ToArray());
        foreach (var name in expected)
        {
            using var inner = torch.NewDisposeScope();
            var (mine, theirs) = (read.Read(Whole(name)), weights.Read(name));
            CollectionAssert.AreEqual(theirs.shape, mine.shape, name);
            CollectionAssert.AreEqual(theirs.shape, read.Entries[Whole(name)].Shape, name);
            Assert.IsLessThan(1e-7, (mine - theirs).abs().max().item<float>(), name);
        }

        if (config.ContainsKey("query_pre_attn_scalar")) // which the file cannot say
            config["query_pre_attn_scalar"] = config["head_dim"]!.GetValue<int>();
        int[] ids = [5, 9, 33, 2, 60, 7, 8, 21, 40, 41, 3, 70, 11, 12, 13, 6, 6, 25, 30, 31, 32, 50];
        using var reference = Encode(JsonDocument.Parse(config.ToJsonString()).RootElement, weights, ids);
        using var found = Encode(model.Config, read, ids);
        Assert.IsLessThan(2e-6, (found - reference).abs().max().item<float>());
    }

    [TestMethod]
    public void Open_SaysWhatItDoesNotKnow()
    {
        using var folder = new TempFolder();
        var unknown = Assert.ThrowsExactly<NotSupportedException>(() => GgufModel.Open(folder.Write("a.gguf", new GgufWriter().Text("general.architecture", "mamba").Bytes())));
        Assert.Contains("'general.architecture' is 'mamba'. Known: llama", unknown.Message);
        var none = Assert.ThrowsExactly<InvalidDataException>(() => GgufModel.Open(folder.Write("a.gguf", new GgufWriter().Text("general.architecture", "llama").Bytes())));
        Assert.Contains("a.gguf: there is no 'llama.embedding_length'", none.Message);
        var split = Assert.ThrowsExactly<InvalidDataException>(() => GgufModel.Open(folder.Write("a.gguf", new GgufWriter().Number("split.count", 2).Bytes())));
        Assert.Contains("one of several parts", split.Message);
    }

    private static torch.Tensor Encode(JsonElement config, Weights weights, int[] ids)
    {
        using var encoder = TextEncoders.Create(config, weights, Precision.Float32, ComputeDevice.Cpu, "model");
        return encoder.Encode(new PackedTokens(ids, [ids.Length]), EncoderOutput.AllTokens);
    }

    /// <summary>EmbeddingGemma's folder is of the model without its head, so without its prefix.</summary>
    private static string Whole(string name) => Regex.IsMatch(name, @"^(layers|embed_tokens|norm)\.") ? "model." + name : name;

    private static byte[] Write(string architecture, JsonObject config, SafetensorsFile weights, string names, (string Key, object Value)[] more)
    {
        var file = new GgufWriter().Text("general.architecture", architecture);
        JsonNode? Get(string path) => path.Split('.').Aggregate((JsonNode?)config, (node, key) => node?[key]);
        void Add(string key, params string[] from)
        {
            if (from.Select(Get).FirstOrDefault(v => v is not null) is not { } value)
                return;
            if (value.ToJsonString().AsSpan().ContainsAny(".e") || key.Contains("freq", StringComparison.Ordinal) || key.Contains("factor", StringComparison.Ordinal))
                file.Float($"{architecture}.{key}", (float)value.GetValue<double>());
            else
                file.Number($"{architecture}.{key}", value.GetValue<uint>());
        }

        Add("context_length", "max_position_embeddings", "n_positions");
        Add("embedding_length", "hidden_size", "n_embd");
        Add("block_count", "num_hidden_layers", "n_layer");
        Add("feed_forward_length", "intermediate_size", "n_inner");
        Add("attention.head_count", "num_attention_heads", "n_head");
        Add("attention.head_count_kv", "num_key_value_heads");
        Add("attention.key_length", "head_dim");
        Add("attention.layer_norm_rms_epsilon", "rms_norm_eps");
        Add("attention.layer_norm_epsilon", "layer_norm_eps", "layer_norm_epsilon");
        if (!more.Any(m => m.Key == "rope.freq_base"))
            Add("rope.freq_base", "rope_parameters.rope_theta");
        foreach (var (key, value) in more)
            if (key.EndsWith(".weight", StringComparison.Ordinal))
            {
                var divisors = Get((string)value) is JsonArray list ? [.. list.Select(v => (float)v!.GetValue<double>())] : Llama3(Get((string)value)!, Get("head_dim")!.GetValue<int>());
                file.Tensor(key, [divisors.Length], divisors);
            }
            else if (value is uint number)
                file.Number($"{architecture}.{key}", number);
            else if (key.EndsWith("type", StringComparison.Ordinal))
                file.Text($"{architecture}.{key}", (string)value);
            else
                Add(key, (string)value);
        var heads = (Get("num_attention_heads") ?? Get("n_head"))!.GetValue<int>();
        var keys = Get("num_key_value_heads")?.GetValue<int>() ?? heads;
        foreach (var name in weights.Entries.Keys.Where(k => !k.EndsWith(".attn.bias", StringComparison.Ordinal) && !k.StartsWith("pooler", StringComparison.Ordinal)))
        {
            var stored = names.Split(", ").Select(p => p.Split(' ')).Aggregate(Whole(name), (n, p) => Regex.Replace(n, $@"(^|(?<=\.)){Regex.Escape(p[0])}(?=\.|$|\d|\b)", p[1]));
            var tensor = Stored(architecture, name, weights.Read(name), name.Contains("k_proj", StringComparison.Ordinal) ? keys : heads);
            file.Tensor(stored, tensor.shape, tensor.contiguous().data<float>().ToArray());
        }

        return file.Bytes();
    }

    /// <summary>The divisors that the converter makes of llama3's parameters.</summary>
    private static float[] Llama3(JsonNode form, int width)
    {
        double Number(string key) => form[key]!.GetValue<double>();
        var (factor, low, high, window) = (Number("factor"), Number("low_freq_factor"), Number("high_freq_factor"), Number("original_max_position_embeddings"));
        return [.. Enumerable.Range(0, width / 2).Select(j =>
        {
            var turns = window * Math.Pow(Number("rope_theta"), -2.0 * j / width) / (2 * Math.PI);
            return (float)(turns > high ? 1 : turns < low ? factor : 1 / ((1 - ((turns - low) / (high - low))) / factor + ((turns - low) / (high - low))));
        })];
    }

    /// <summary>What the converter does to a tensor.</summary>
    private static torch.Tensor Stored(string architecture, string name, torch.Tensor tensor, int heads)
    {
        var shape = tensor.shape;
        if (architecture is "llama" or "granite" or "smollm3" && Regex.IsMatch(name, "[qk]_proj"))
            return tensor.view([heads, 2, shape[0] / heads / 2, .. shape[1..]]).transpose(1, 2).reshape(shape);
        if (architecture.StartsWith("gemma", StringComparison.Ordinal) && name.EndsWith("norm.weight", StringComparison.Ordinal))
            return tensor + 1;
        if (architecture == "gpt2" && name.StartsWith("transformer.h", StringComparison.Ordinal) && shape.Length == 2)
            return tensor.t();
        return architecture == "gptneox" && name.Contains("query_key_value", StringComparison.Ordinal)
            ? tensor.view([heads, 3, shape[0] / heads / 3, .. shape[1..]]).transpose(0, 1).reshape(shape) : tensor;
    }
}
