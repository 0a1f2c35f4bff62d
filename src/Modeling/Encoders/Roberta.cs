using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Transformers;

namespace ML.Extensions.Encoders;

/// <summary>
/// RoBERTa, XLM-R and CamemBERT: BERT whose positions begin behind the padding id, so that the window is shorter than the
/// table, with one token type. Sources: arXiv 1907.11692, 1911.02116, 1911.03894.
/// </summary>
internal static class Roberta
{
    /// <summary>See <see cref="TextEncoders.Create"/>.</summary>
    public static TextEncoder Create(JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin)
    {
        var keys = new ModelConfig(config, origin);
        var read = BertConfig.Read(keys, keys.Text("model_type", "roberta"));
        var first = keys.FirstPosition(read.Window);
        return BertEncoder.Create(
            read with { FirstPosition = first, Window = read.Window - first }, new(weights, BertEncoder.Anchor), precision, device);
    }
}
