using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads a template of TemplateProcessing.</summary>
internal static class TemplateJson
{
    /// <summary>The parts of a row.</summary>
    /// <param name="post">The post-processor.</param>
    /// <param name="key">single or pair.</param>
    /// <param name="texts">How many texts the template has.</param>
    /// <param name="origin">File, for messages.</param>
    /// <exception cref="InvalidDataException">A part is missing or wrong, or a text does not stand there once.</exception>
    public static IReadOnlyList<TemplatePart> Read(JsonElement post, string key, int texts, string origin)
    {
        if (texts == 2 && post.Find(key) is null)
            return new TextLayout().Pair;
        var parts = PartJson.List(post, key, origin).Select(p => Part(post, p, key, origin)).ToArray();
        for (var text = 0; text < texts; text++)
        {
            var times = parts.Count(p => p.Text == text);
            if (times != 1)
                throw CheckpointErrors.Unusable(origin, $"the template '{key}' has text {"AB"[text]} {times} times; expected once.");
        }

        return parts.Any(p => p.Text >= texts) ? throw CheckpointErrors.Unusable(origin, $"the template '{key}' has a text B; expected A alone.") : parts;
    }

    private static TemplatePart Part(JsonElement post, JsonElement part, string key, string origin)
    {
        if (part.Find("Sequence") is { ValueKind: JsonValueKind.Object } sequence)
        {
            return sequence.Text("id", origin) switch
            {
                "A" => TemplatePart.OfText(0, PartJson.Number(sequence, "type_id", origin) ?? 0),
                "B" => TemplatePart.OfText(1, PartJson.Number(sequence, "type_id", origin) ?? 0),
                _ => throw JsonFile.Wrong(origin, key, part, "text A or B"),
            };
        }

        if (part.Find("SpecialToken") is { ValueKind: JsonValueKind.Object } special && special.Text("id", origin) is { } name)
            return TemplatePart.Special(Ids(post, name, origin), PartJson.Number(special, "type_id", origin) ?? 0);
        throw JsonFile.Wrong(origin, key, part, "SpecialToken or Sequence");
    }

    private static List<int> Ids(JsonElement post, string name, string origin) =>
        post.Find("special_tokens")?.Find(name)?.Find("ids") is { ValueKind: JsonValueKind.Array } ids
            ? [.. ids.EnumerateArray().Select(i => Vocabulary.Id(i, name, origin))]
            : throw CheckpointErrors.Unusable(origin, $"the post-processor's template uses '{name}', which its special_tokens do not list.");
}
