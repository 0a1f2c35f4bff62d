using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;

namespace ML.Extensions.Encoders;

/// <summary>DistilBERT: BERT of half the layers, without token types, under names of its own. Source: arXiv 1910.01108.</summary>
internal static class DistilBert
{
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["attention.self.query"] = "attention.q_lin",
        ["attention.self.key"] = "attention.k_lin",
        ["attention.self.value"] = "attention.v_lin",
        ["attention.output.dense"] = "attention.out_lin",
        ["attention.output.LayerNorm"] = "sa_layer_norm",
        ["intermediate.dense"] = "ffn.lin1",
        ["output.dense"] = "ffn.lin2",
        ["output.LayerNorm"] = "output_layer_norm",
    };

    /// <summary>See <see cref="TextEncoders.Create"/>.</summary>
    public static TextEncoder Create(JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin)
    {
        var keys = new ModelConfig(config, origin);
        var read = new BertConfig(
            "distilbert", keys.Size(ModelSizes.Layers, "n_layers"), keys.Size(ModelSizes.Width, "dim"),
            keys.Size(ModelSizes.Heads, "n_heads"), keys.Size(ModelSizes.FeedForward, "hidden_dim"),
            keys.Size(ModelSizes.Positions, "max_position_embeddings"), keys.Size(ModelSizes.Vocabulary, "vocab_size"),
            0, 1e-12, keys.Choice("activation", "gelu", BertConfig.Activations));
        keys.HeadWidth(read.Width, read.Heads, "dim", "n_heads");
        return BertEncoder.Create(read, new(weights, BertEncoder.Anchor, n => BertEncoder.Respell(n, "transformer.layer.", Parts)), precision, device);
    }
}
