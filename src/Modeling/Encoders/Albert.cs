using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Transformers;

namespace ML.Extensions.Encoders;

/// <summary>ALBERT: BERT with narrow tables, a product behind them, and groups of layers that share their weights. Source: arXiv 1909.11942.</summary>
internal static class Albert
{
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["attention.self.query"] = "attention.query",
        ["attention.self.key"] = "attention.key",
        ["attention.self.value"] = "attention.value",
        ["attention.output.dense"] = "attention.dense",
        ["attention.output.LayerNorm"] = "attention.LayerNorm",
        ["intermediate.dense"] = "ffn",
        ["output.dense"] = "ffn_output",
        ["output.LayerNorm"] = "full_layer_layer_norm",
    };

    /// <summary>See <see cref="TextEncoders.Create"/>.</summary>
    public static TextEncoder Create(JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin)
    {
        var keys = new ModelConfig(config, origin);
        var read = BertConfig.Read(keys, "albert");
        var groups = keys.Size("num_hidden_groups", read.Layers, 1);
        var inner = keys.Size("inner_group_num", 1_000 / read.Layers, 1);
        int Stored(int layer) => ((layer / inner * groups / read.Layers) * inner) + (layer % inner);
        var shared = read with
        {
            Layers = read.Layers * inner,
            EmbeddingWidth = keys.Size("embedding_size", 1 << 16, 128),
            Projected = true,
            Activation = keys.Choice("hidden_act", "gelu_new", BertConfig.Activations),
            StoredLayers = [.. Enumerable.Range(0, read.Layers * inner).Select(Stored)],
        };
        return BertEncoder.Create(shared, new(weights, BertEncoder.Anchor, n => Spell(n, inner)), precision, device);
    }

    private static string Spell(string name, int inner)
    {
        if (name.StartsWith(BertEncoder.Projection, StringComparison.Ordinal))
            return "encoder.embedding_hidden_mapping_in" + name[BertEncoder.Projection.Length..];
        var spelt = BertEncoder.Respell(name, "", Parts);
        if (spelt == name)
            return name;
        var dot = spelt.IndexOf('.', StringComparison.Ordinal);
        var layer = int.Parse(spelt.AsSpan(0, dot), System.Globalization.CultureInfo.InvariantCulture);
        return $"encoder.albert_layer_groups.{layer / inner}.albert_layers.{layer % inner}{spelt[dot..]}";
    }
}
