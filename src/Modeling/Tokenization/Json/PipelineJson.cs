using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Opens a tokenizer.json of any kind by its parts.</summary>
internal static class PipelineJson
{
    /// <exception cref="InvalidDataException">A part is missing or wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">A part is of a kind that is not known.</exception>
    public static PipelineTokenizer Open(JsonElement root, string origin)
    {
        var model = ModelJson.Read(root.GetProperty("model"), origin);
        IReadOnlyList<PreTokenizer> steps = root.Find("pre_tokenizer") is { } pre ? PreTokenizerJson.Read(pre, origin) : [];
        if (steps is [.., ByteAlphabetPreTokenizer] && model is CharacterBpeModel bpe && bpe.OfBytes() is { } bytes)
            (model, steps) = (bytes, [.. steps.SkipLast(1)]);
        return new(new()
        {
            AddedTokens = AddedTokenJson.Read(root, model.Find, origin),
            Normalizer = root.Find("normalizer") is { } normalizer ? NormalizerJson.Read(normalizer, origin) : null,
            PreTokenizers = steps,
            Model = model,
            Layout = LayoutJson.Read(root, origin),
            Decoder = root.Find("decoder") is { } decoder ? DecoderJson.Read(decoder, origin) : null,
        });
    }
}
