using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads post-processor, truncation and padding of a tokenizer.json.</summary>
internal static class LayoutJson
{
    /// <summary>Types and their readers: each takes what the ones before it said. A further post-processor is one line here.</summary>
    private static readonly Dictionary<string, Func<JsonElement, string, Func<TextLayout, TextLayout>>> Kinds = new(StringComparer.Ordinal)
    {
        ["BertProcessing"] = (json, origin) => Around(json, [], 1, origin),
        ["RobertaProcessing"] = (json, origin) => layout => Around(json, [Id(json, "sep", origin)], 0, origin)(layout) with
        {
            Trims = json.Flag("trim_offsets", origin) ?? true,
            TrimsAfterPrefixSpace = json.Flag("add_prefix_space", origin) ?? true,
        },
        ["ByteLevel"] = (json, origin) => layout => layout with
        {
            Trims = json.Flag("trim_offsets", origin) ?? true,
            TrimsAfterPrefixSpace = json.Flag("add_prefix_space", origin) ?? true,
        },
        ["TemplateProcessing"] = (json, origin) => layout => layout with
        {
            Single = TemplateJson.Read(json, "single", 1, origin),
            Pair = TemplateJson.Read(json, "pair", 2, origin),
        },
        ["Sequence"] = Sequence,
    };

    /// <summary>The layout of rows.</summary>
    /// <exception cref="InvalidDataException">A value is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">A post-processor is not known.</exception>
    public static TextLayout Read(JsonElement root, string origin)
    {
        var layout = root.Find("post_processor") is { } post ? PartJson.Read(post, "post-processor", Kinds, origin)(new()) : new();
        return layout with { Truncation = Truncation(root.Find("truncation"), origin), Padding = Padding(root.Find("padding"), origin) };
    }

    private static Func<TextLayout, TextLayout> Sequence(JsonElement json, string origin)
    {
        var steps = PartJson.List(json, "processors", origin);
        var templates = steps.Count(s => PartJson.Type(s, "post-processor", origin) is not "ByteLevel");
        if (templates > 1)
            throw CheckpointErrors.Unusable(origin, $"{templates} post-processors put special tokens round texts; expected one.");
        var all = steps.Select(s => PartJson.Read(s, "post-processor", Kinds, origin)).ToArray();
        return layout => all.Aggregate(layout, (l, step) => step(l));
    }

    private static Func<TextLayout, TextLayout> Around(JsonElement json, IReadOnlyList<int> between, int secondType, string origin)
    {
        var around = TextLayout.Around([Id(json, "cls", origin)], [Id(json, "sep", origin)], between, secondType);
        return layout => layout with { Single = around.Single, Pair = around.Pair };
    }

    private static int Id(JsonElement post, string key, string origin) =>
        post.Find(key) is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2 ? Vocabulary.Id(pair[1], key, origin)
        : throw CheckpointErrors.Unusable(origin, $"the post-processor has no '{key}' of a token and its id.");

    private static Truncation? Truncation(JsonElement? json, string origin)
    {
        if (json is not { } block)
            return null;
        var length = PartJson.Number(block, "max_length", origin) ?? throw CheckpointErrors.Unusable(origin, "'truncation' has no number 'max_length'.");
        return new(
            length,
            PartJson.Name(block, "strategy", TruncationStrategy.LongestFirst, origin),
            PartJson.Number(block, "stride", origin) ?? 0,
            IsLeft(block, origin));
    }

    private static Padding? Padding(JsonElement? json, string origin)
    {
        if (json is not { } block)
            return null;
        int? length = block.Find("strategy") switch
        {
            { ValueKind: JsonValueKind.String } name when name.ValueEquals("BatchLongest") => null,
            { ValueKind: JsonValueKind.Object } fixedLength when PartJson.Number(fixedLength, "Fixed", origin) is <= MaxLength and var size => size,
            { } other => throw JsonFile.Wrong(origin, "strategy", other, $"BatchLongest, or Fixed with a length of at most {MaxLength}"),
            null => null,
        };
        var multiple = PartJson.Number(block, "pad_to_multiple_of", origin) ?? 0;
        if (multiple > MaxLength)
            throw CheckpointErrors.Unusable(origin, $"'pad_to_multiple_of' is {multiple}; expected at most {MaxLength}.");
        return new(length, IsLeft(block, origin), multiple, PartJson.Number(block, "pad_id", origin) ?? 0, PartJson.Number(block, "pad_type_id", origin) ?? 0);
    }

    private const int MaxLength = 1 << 20;

    private static bool IsLeft(JsonElement block, string origin) => block.Text("direction", origin) switch
    {
        null or "Right" => false,
        "Left" => true,
        var other => throw CheckpointErrors.Unusable(origin, $"'direction' is '{other}'; expected Left or Right."),
    };
}
