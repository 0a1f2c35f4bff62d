using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Transformers;

namespace ML.Extensions.Encoders;

/// <summary>ELECTRA as an encoder: BERT whose tables may be narrower than its layers, with a product between them. Source: arXiv 2003.10555.</summary>
internal static class Electra
{
    /// <summary>See <see cref="TextEncoders.Create"/>.</summary>
    public static TextEncoder Create(JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin)
    {
        var keys = new ModelConfig(config, origin);
        var read = BertConfig.Read(keys, "electra");
        var width = keys.Size("embedding_size", 1 << 16, 128);
        return BertEncoder.Create(
            read with { EmbeddingWidth = width, Projected = width != read.Width }, new(weights, BertEncoder.Anchor), precision, device);
    }
}
