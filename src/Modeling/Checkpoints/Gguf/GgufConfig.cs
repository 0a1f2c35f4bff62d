using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>A config.json out of a file's metadata.</summary>
internal static class GgufConfig
{
    /// <summary>Makes it.</summary>
    /// <exception cref="InvalidDataException">A key is missing or wrong; the message names it.</exception>
    public static JsonElement Make(GgufArchitecture architecture, GgufFields fields)
    {
        var (width, heads) = (fields.Needed("embedding_length"), fields.Needed("attention.head_count"));
        var head = fields.Whole("attention.key_length") ?? width / heads;
        var config = new JsonObject
        {
            ["model_type"] = architecture.ModelType,
            ["hidden_size"] = width,
            ["num_hidden_layers"] = fields.Needed("block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = fields.Whole("attention.head_count_kv") ?? heads,
            ["intermediate_size"] = fields.Needed("feed_forward_length"),
            ["max_position_embeddings"] = fields.Needed("context_length"),
            ["vocab_size"] = fields.Rows("token_embd.weight") ?? throw CheckpointErrors.Unusable(fields.File.Origin, "there is no matrix 'token_embd.weight'."),
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = !fields.Has("output.weight"),
            ["attention_bias"] = fields.Has("blk.0.attn_q.bias"),
            ["mlp_bias"] = fields.Has("blk.0.ffn_up.bias"),
            ["rope_theta"] = fields.Number("rope.freq_base") ?? 10_000,
        };
        if (fields.Number("attention.layer_norm_rms_epsilon") is { } rms)
            config["rms_norm_eps"] = rms;
        if (fields.Number("attention.layer_norm_epsilon") is { } epsilon)
            config["layer_norm_eps"] = epsilon;
        if (head * heads != width || architecture.ShiftedNorms)
            config["head_dim"] = head;
        if (fields.Whole("rope.dimension_count") is { } turned && turned < head)
            config["partial_rotary_factor"] = (double)turned / head;
        if (Scaling(fields) is { } scaling)
            config["rope_scaling"] = scaling;
        architecture.Configure(fields, config);
        using var json = JsonDocument.Parse(config.ToJsonString());
        return json.RootElement.Clone();
    }

    /// <summary>
    /// The rotary form. Llama 3 files keep its result, a divisor for each pair of numbers, in rope_freqs: that is longrope with
    /// the same divisors for short and long texts.
    /// </summary>
    private static JsonObject? Scaling(GgufFields fields)
    {
        if (fields.Has("rope_freqs.weight"))
            return new()
            {
                ["rope_type"] = "longrope",
                ["short_factor"] = Divisors(fields, "rope_freqs.weight"),
                ["long_factor"] = Divisors(fields, "rope_freqs.weight"),
                ["attention_factor"] = 1.0,
            };
        var type = fields.Text("rope.scaling.type");
        var factor = fields.Number("rope.scaling.factor") ?? fields.Number("rope.scale_linear");
        var original = fields.Whole("rope.scaling.original_context_length");
        if (fields.Has("rope_factors_long.weight") && fields.Has("rope_factors_short.weight"))
        {
            var longrope = new JsonObject
            {
                ["rope_type"] = "longrope",
                ["short_factor"] = Divisors(fields, "rope_factors_short.weight"),
                ["long_factor"] = Divisors(fields, "rope_factors_long.weight"),
            };
            Add(longrope, "original_max_position_embeddings", original);
            Add(longrope, "attention_factor", fields.Number("rope.scaling.attn_factor"));
            return longrope;
        }

        if (type is null or "linear" && factor is > 0 and not 1)
            return new() { ["rope_type"] = "linear", ["factor"] = factor };
        if (type is null or "none" or "linear")
            return null;
        if (type != "yarn" || factor is null)
            throw CheckpointErrors.Unusable(fields.File.Origin, $"'rope.scaling.type' is '{type}'{(factor is null ? " without a factor" : "")}. Known: none, linear, yarn, longrope.");
        var yarn = new JsonObject { ["rope_type"] = "yarn", ["factor"] = factor };
        Add(yarn, "original_max_position_embeddings", original);
        Add(yarn, "beta_fast", fields.Number("rope.scaling.yarn_beta_fast"));
        Add(yarn, "beta_slow", fields.Number("rope.scaling.yarn_beta_slow"));
        Add(yarn, "attention_factor", fields.Number("rope.scaling.attn_factor") is { } a and not 1 ? a * ((0.1 * Math.Log(factor.Value)) + 1) : null);
        return yarn;
    }

    private static void Add(JsonObject target, string key, double? value)
    {
        if (value is not null)
            target[key] = value;
    }

    private static JsonArray Divisors(GgufFields fields, string name)
    {
        if (fields.File.Tensors[name].Shape is not [var count] || count > 1 << 15)
            throw CheckpointErrors.Unusable(fields.File.Origin, $"tensor '{name}' has shape {CheckpointErrors.Text(fields.File.Tensors[name].Shape)}; expected one short row.");
        using var stored = fields.File.Read(name);
        using var values = stored.to(torch.ScalarType.Float32);
        return count == 0 ? [] : new([.. values.data<float>().Select(v => float.IsFinite(v) ? JsonValue.Create(v)
            : throw CheckpointErrors.Broken(fields.File.Origin, $"tensor '{name}' holds {v}."))]);
    }
}
