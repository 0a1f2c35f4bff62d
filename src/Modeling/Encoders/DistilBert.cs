using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Transformers;

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
            "distilbert", keys.Layers("n_layers"), keys.Width("dim"), keys.Heads("n_heads"), keys.Size("hidden_dim", 1 << 20),
            keys.Rows("max_position_embeddings"), keys.Rows(), 0, 1e-12, keys.Choice("activation", "gelu", BertConfig.Activations));
        keys.HeadWidth("dim", "n_heads");
        return BertEncoder.Create(read, new(weights, BertEncoder.Anchor, n => BertEncoder.Respell(n, "transformer.layer.", Parts)), precision, device);
    }
}
