using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Transformers;

namespace ML.Extensions.Encoders;

/// <summary>
/// The families of encoders. A family with a network of its own is one file, and one line here; one that
/// <see cref="TransformerNetwork"/> runs is a line in <see cref="TransformerFamilies"/>.
/// </summary>
internal static class TextEncoders
{
    private static readonly Dictionary<string, Func<JsonElement, Weights, Precision, ComputeDevice, string, TextEncoder>> Families =
        new(StringComparer.Ordinal)
        {
            ["bert"] = BertEncoder.Create,
            ["roberta"] = Roberta.Create,
            ["xlm-roberta"] = Roberta.Create,
            ["camembert"] = Roberta.Create,
            ["distilbert"] = DistilBert.Create,
            ["electra"] = Electra.Create,
            ["albert"] = Albert.Create,
            [StaticEmbedding.Family] = StaticEmbedding.Create,
        };

    /// <summary>Known values of config.json's model_type.</summary>
    public static IReadOnlyCollection<string> Known => [.. Families.Keys, .. TransformerFamilies.Known];

    /// <summary>Builds the network that a config describes and fills it.</summary>
    /// <exception cref="NotSupportedException">The architecture is not known; the message names it and lists the known.</exception>
    /// <exception cref="InvalidDataException">Config and weights do not fit.</exception>
    public static TextEncoder Create(
        JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin)
    {
        var type = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("model_type", out var t) ? t.ToString() : "";
        if (TransformerFamilies.Find(config, origin) is { } spec) // first: it has variants of families below
            return TransformerEncoder.Create(spec, weights, precision, device);
        return Families.TryGetValue(type, out var create)
            ? create(config, weights, precision, device, origin)
            : throw new NotSupportedException($"{origin}: config.json's model_type is '{type}'. Known: {string.Join(", ", Known)}.");
    }
}
