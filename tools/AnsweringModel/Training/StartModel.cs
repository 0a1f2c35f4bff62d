using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Generation;
using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.AnsweringModel.Training;

/// <summary>
/// Writes a decoder with random weights as a Hugging Face folder. Matrices have deviation 1 / sqrt(inputs); those that end in the residual
/// are smaller than the word table, so that words are not drowned in the first steps. Some heads know how to copy: <see cref="CopyingStart"/>.
/// </summary>
internal static class StartModel
{
    private const double Words = 0.08, Residual = 0.02;

    // The answer has a line of its own, where words have the tokens that they have at the beginning of a segment's lines.
    private const string Chat = "{% for message in messages %}{{ message.content }}{{ '\\n' }}{% endfor %}Answer:{{ '\\n' }}";

    /// <summary>Writes config.json, generation_config.json, chat_template.jinja and model.safetensors.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="seed">Decides the weights.</param>
    public static void Write(string folder, DecoderShape shape, int seed)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(Config(shape)));
        File.WriteAllText(Path.Combine(folder, StopTokens.FileName), """{"eos_token_id":0}""");
        File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), Chat);
        using var scope = NewDisposeScope();
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        void Add(string name, double deviation, params long[] shape)
        {
            using var generator = new Generator((ulong)RowStream.HashCode(seed, weights.Count), CPU);
            weights.Add(name, randn(shape, generator: generator).mul_(deviation));
        }

        var (width, forward) = (shape.Width, shape.Forward);
        Add("model.embed_tokens.weight", Words, shape.Vocabulary, width);
        weights.Add("model.norm.weight", ones(width));
        for (var n = 0; n < shape.Layers; n++)
        {
            var at = $"model.layers.{n}.";
            weights.Add(at + "input_layernorm.weight", ones(width));
            weights.Add(at + "post_attention_layernorm.weight", ones(width));
            foreach (var name in new[] { "q_proj", "k_proj", "v_proj" })
                Add($"{at}self_attn.{name}.weight", 1 / Math.Sqrt(width), width, width);
            Add(at + "self_attn.o_proj.weight", Residual / Math.Sqrt(width), width, width);
            Add(at + "mlp.gate_proj.weight", 1 / Math.Sqrt(width), forward, width);
            Add(at + "mlp.up_proj.weight", 1 / Math.Sqrt(width), forward, width);
            Add(at + "mlp.down_proj.weight", Residual / Math.Sqrt(forward), width, forward);
        }

        CopyingStart.Apply(weights, Words);
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), weights, new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static Dictionary<string, object> Config(DecoderShape shape) => new()
    {
        ["architectures"] = new[] { "SmolLM3ForCausalLM" }, ["model_type"] = "smollm3", ["hidden_size"] = shape.Width, ["num_hidden_layers"] = shape.Layers,
        ["num_attention_heads"] = shape.Heads, ["num_key_value_heads"] = shape.Heads, ["intermediate_size"] = shape.Forward, ["vocab_size"] = shape.Vocabulary,
        ["hidden_act"] = "silu", ["max_position_embeddings"] = shape.Window, ["rms_norm_eps"] = 1e-5, ["rope_theta"] = DecoderShape.RotaryBase, ["no_rope_layers"] = shape.Rotary, ["tie_word_embeddings"] = true,
        ["eos_token_id"] = 0,
    };
}
