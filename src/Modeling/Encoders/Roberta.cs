using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;

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
        var read = BertConfig.Read(keys, config.Text("model_type", origin) ?? "roberta");
        var first = FirstPosition(keys, read.Window);
        return BertEncoder.Create(
            read with { FirstPosition = first, Window = read.Window - first }, new(weights, BertEncoder.Anchor), precision, device);
    }

    /// <summary>Row of position 0, in a table of <paramref name="rows"/> rows: the one behind the padding id's.</summary>
    /// <exception cref="InvalidDataException">There is no such row.</exception>
    public static int FirstPosition(ModelConfig config, int rows)
    {
        var padding = config.Size("pad_token_id", 1, 0, ModelSizes.Vocabulary);
        return padding + 1 < rows ? padding + 1 : throw new InvalidDataException(
            $"{config.Origin}: config.json's pad_token_id is {padding}, behind which positions begin; max_position_embeddings is {rows}, so none is left.");
    }
}
