using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads what a tokenizer.json's post-processor puts round a single text.</summary>
internal static class SingleTextTemplate
{
    /// <summary>Ids before and after the text.</summary>
    /// <exception cref="InvalidDataException">A part is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">The post-processor is not known.</exception>
    public static (IReadOnlyList<int> Prefix, IReadOnlyList<int> Suffix) Read(JsonElement root, string origin)
    {
        if (root.Find("post_processor") is not { } post)
            return ([], []);
        return post.Text("type", origin) switch
        {
            "BertProcessing" or "RobertaProcessing" => ([Pair(post, "cls", origin)], [Pair(post, "sep", origin)]),
            "TemplateProcessing" => Template(post, origin),
            var other => throw new NotSupportedException(
                $"{origin}: post-processor '{other}' of a WordPiece model is not known. Known: BertProcessing, RobertaProcessing, TemplateProcessing."),
        };
    }

    private static int Pair(JsonElement post, string key, string origin) =>
        post.Find(key) is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2 ? WordPieceJson.Id(pair[1], key, origin)
        : throw CheckpointErrors.Unusable(origin, $"the post-processor has no '{key}' of a token and its id.");

    private static (List<int> Prefix, List<int> Suffix) Template(JsonElement post, string origin)
    {
        if (post.Find("single") is not { ValueKind: JsonValueKind.Array } single)
            throw CheckpointErrors.Unusable(origin, "the post-processor has no list 'single'.");
        List<int> prefix = [], suffix = [];
        var texts = 0;
        foreach (var part in single.EnumerateArray())
        {
            if (part.Find("Sequence") is not null)
                texts++;
            else if (part.Find("SpecialToken")?.Text("id", origin) is { } name)
                (texts == 0 ? prefix : suffix).AddRange(Ids(post, name, origin));
            else
                throw JsonFile.Wrong(origin, "single", part, "SpecialToken or Sequence");
        }

        return texts == 1 ? (prefix, suffix)
            : throw CheckpointErrors.Unusable(origin, $"the template of a single text has the text {texts} times; expected once.");
    }

    private static IEnumerable<int> Ids(JsonElement post, string name, string origin) =>
        post.Find("special_tokens")?.Find(name)?.Find("ids") is { ValueKind: JsonValueKind.Array } ids
            ? ids.EnumerateArray().Select(i => WordPieceJson.Id(i, name, origin))
            : throw CheckpointErrors.Unusable(origin, $"the post-processor's template uses '{name}', which its special_tokens do not list.");
}
