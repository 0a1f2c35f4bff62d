using System.Text.Json.Nodes;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>The architectures that are known; a further one is a line here. Names: gguf-py/gguf/tensor_mapping.py of github.com/ggml-org/llama.cpp.</summary>
internal static class GgufArchitectures
{
    private static readonly string[] Decoder =
    [
        "token_embd model.embed_tokens", "output_norm model.norm", "output lm_head", "attn_norm input_layernorm", "ffn_norm post_attention_layernorm",
        "attn_q self_attn.q_proj", "attn_k self_attn.k_proj", "attn_v self_attn.v_proj", "attn_output self_attn.o_proj",
        "attn_q_norm self_attn.q_norm", "attn_k_norm self_attn.k_norm", "ffn_gate mlp.gate_proj", "ffn_up mlp.up_proj", "ffn_down mlp.down_proj",
    ];

    private static readonly string[] Gemma =
        [.. Decoder, "ffn_norm pre_feedforward_layernorm", "post_attention_norm post_attention_layernorm", "post_ffw_norm post_feedforward_layernorm"];

    private static readonly Dictionary<string, GgufArchitecture> All = new(StringComparer.Ordinal)
    {
        ["llama"] = new("llama", Layers("model.layers.{n}.", Decoder), Plain) { Interleaved = true },
        ["mistral"] = new("mistral", Layers("model.layers.{n}.", Decoder), Sliding) { Interleaved = true },
        ["granite"] = new("granite", Layers("model.layers.{n}.", Decoder), Granite) { Interleaved = true },
        ["smollm3"] = new("smollm3", Layers("model.layers.{n}.", Decoder), (f, c) => c["no_rope_layer_interval"] = 4) { Interleaved = true },
        ["qwen2"] = new("qwen2", Layers("model.layers.{n}.", Decoder), Plain),
        ["qwen3"] = new("qwen3", Layers("model.layers.{n}.", Decoder), Plain),
        ["phi3"] = new("phi3", Layers("model.layers.{n}.", [.. Decoder, "attn_qkv self_attn.qkv_proj", "ffn_up mlp.gate_up_proj"]), Sliding),
        ["olmo2"] = new("olmo2", Layers("model.layers.{n}.", [.. Decoder, "post_attention_norm post_attention_layernorm", "post_ffw_norm post_feedforward_layernorm"]), Plain),
        ["stablelm"] = new("stablelm", Layers("model.layers.{n}.", Decoder), StableLm),
        ["gemma2"] = new("gemma2", Layers("model.layers.{n}.", Gemma), Gemma2) { ShiftedNorms = true },
        ["gemma3"] = new("gemma3_text", Layers("model.layers.{n}.", Gemma), Gemma3) { ShiftedNorms = true },
        ["gemma-embedding"] = new("gemma3_text", Layers("model.layers.{n}.", Gemma), GemmaEmbedding) { ShiftedNorms = true, Causal = false },
        ["gpt2"] = new("gpt2", Layers("transformer.h.{n}.",
            "token_embd transformer.wte", "position_embd transformer.wpe", "output_norm transformer.ln_f", "output lm_head", "attn_norm ln_1", "ffn_norm ln_2", "attn_qkv attn.c_attn",
            "attn_output attn.c_proj", "ffn_up mlp.c_fc", "ffn_down mlp.c_proj"), Gpt2) { TransposedProducts = true },
        ["gptneox"] = new("gpt_neox", Layers("gpt_neox.layers.{n}.",
            "token_embd gpt_neox.embed_in", "output_norm gpt_neox.final_layer_norm", "output embed_out", "attn_norm input_layernorm",
            "ffn_norm post_attention_layernorm", "attn_qkv attention.query_key_value", "attn_output attention.dense", "ffn_up mlp.dense_h_to_4h",
            "ffn_down mlp.dense_4h_to_h"), NeoX) { MixedHeads = true },
        ["bert"] = new("bert", Layers("encoder.layer.{n}.",
            "token_embd embeddings.word_embeddings", "position_embd embeddings.position_embeddings", "token_types embeddings.token_type_embeddings",
            "token_embd_norm embeddings.LayerNorm", "attn_q attention.self.query", "attn_k attention.self.key", "attn_v attention.self.value",
            "attn_output attention.output.dense", "attn_output_norm attention.output.LayerNorm", "ffn_up intermediate.dense", "ffn_down output.dense",
            "layer_output_norm output.LayerNorm"), Bert) { Causal = false },
        ["nomic-bert"] = new("nomic_bert", Layers("encoder.layers.{n}.",
            "token_embd embeddings.word_embeddings", "token_types embeddings.token_type_embeddings", "token_embd_norm emb_ln", "attn_qkv attn.Wqkv",
            "attn_output attn.out_proj", "attn_output_norm norm1", "ffn_gate mlp.fc12", "ffn_up mlp.fc11", "ffn_down mlp.fc2", "layer_output_norm norm2"), Nomic)
            { Causal = false },
    };

    /// <summary>Known values of general.architecture.</summary>
    public static IReadOnlyCollection<string> Known => All.Keys;

    /// <summary>The architecture of a name.</summary>
    /// <exception cref="NotSupportedException">It is not known; the message lists the known.</exception>
    public static GgufArchitecture Find(string name, string origin) => All.TryGetValue(name, out var known) ? known
        : throw new NotSupportedException($"{origin}: 'general.architecture' is '{name}'. Known: {string.Join(", ", All.Keys)}.");

    /// <summary>Names with their layers' prefixes; a later pair replaces an earlier one.</summary>
    private static Dictionary<string, string> Layers(string prefix, params string[] pairs)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs.Select(p => p.Split(' ')))
            if (pair[0] is "token_embd" or "position_embd" or "token_types" or "token_embd_norm" or "output_norm" or "output")
                names[pair[0]] = pair[1];
            else
                names["blk.{n}." + pair[0]] = prefix + pair[1];
        return names;
    }

    private static void Plain(GgufFields fields, JsonObject config)
    {
    }

    private static void Sliding(GgufFields fields, JsonObject config) => config["sliding_window"] = fields.Whole("attention.sliding_window");

    private static void Granite(GgufFields fields, JsonObject config)
    {
        foreach (var (ours, theirs) in new[] { ("attention.scale", "attention_multiplier"), ("embedding_scale", "embedding_multiplier"), ("residual_scale", "residual_multiplier"), ("logit_scale", "logits_scaling") })
            if (fields.Number(ours) is { } value)
                config[theirs] = value;
    }

    private static void StableLm(GgufFields fields, JsonObject config)
    {
        config["use_parallel_residual"] = fields.Flag("use_parallel_residual") ?? false;
        config["use_qkv_bias"] = fields.Has("blk.0.attn_q.bias");
        config.Remove("attention_bias");
    }

    private static void Gemma2(GgufFields fields, JsonObject config)
    {
        Gemma3(fields, config);
        config.Remove("rope_local_base_freq");
        config["attn_logit_softcapping"] = fields.Number("attn_logit_softcapping");
        config["final_logit_softcapping"] = fields.Number("final_logit_softcapping");
    }

    /// <summary>The file keeps no query_pre_attn_scalar: it is the head's width, but for the largest models D / H.</summary>
    private static void Gemma3(GgufFields fields, JsonObject config)
    {
        Sliding(fields, config);
        var (layers, width, heads) = (fields.Whole("block_count"), fields.Whole("embedding_length"), fields.Whole("attention.head_count"));
        config["query_pre_attn_scalar"] = layers is 46 or 62 ? (double)width! / heads! : config["head_dim"]!.GetValue<long>();
        config["hidden_activation"] = "gelu_pytorch_tanh";
        config.Remove("hidden_act");
        config["rope_local_base_freq"] = fields.Number("rope.freq_base_swa") ?? 10_000;
    }

    private static void GemmaEmbedding(GgufFields fields, JsonObject config)
    {
        Gemma3(fields, config);
        config["use_bidirectional_attention"] = true;
    }

    private static void Gpt2(GgufFields fields, JsonObject config)
    {
        foreach (var (newer, older) in new[] { ("hidden_size", "n_embd"), ("num_hidden_layers", "n_layer"), ("num_attention_heads", "n_head"), ("intermediate_size", "n_inner"), ("max_position_embeddings", "n_positions"), ("layer_norm_eps", "layer_norm_epsilon") })
        {
            config[older] = config[newer]?.DeepClone();
            config.Remove(newer);
        }

        config["activation_function"] = "gelu_new";
    }

    private static void NeoX(GgufFields fields, JsonObject config)
    {
        config["use_parallel_residual"] = fields.Flag("use_parallel_residual") ?? true;
        config["hidden_act"] = "gelu";
        config["attention_bias"] = fields.Has("blk.0.attn_qkv.bias");
    }

    private static void Bert(GgufFields fields, JsonObject config)
    {
        config["hidden_act"] = "gelu";
        config["type_vocab_size"] = fields.Rows("token_types.weight");
        config["max_position_embeddings"] = fields.Rows("position_embd.weight");
        foreach (var unused in (string[])["attention_bias", "mlp_bias", "tie_word_embeddings", "rope_theta", "num_key_value_heads"])
            config.Remove(unused);
    }

    private static void Nomic(GgufFields fields, JsonObject config)
    {
        config["hidden_act"] = "silu";
        config["type_vocab_size"] = fields.Rows("token_types.weight") ?? 0;
        config["qkv_proj_bias"] = fields.Has("blk.0.attn_qkv.bias");
        config["mlp_fc1_bias"] = fields.Has("blk.0.ffn_up.bias");
        config["mlp_fc2_bias"] = fields.Has("blk.0.ffn_down.bias");
    }
}
