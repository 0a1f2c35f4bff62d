using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>What config_sentence_transformers.json says.</summary>
/// <param name="Prompts">Prompts by name; query and document exist always, empty unless given.</param>
/// <param name="DefaultPromptName">Name of the one that every text gets; null is none.</param>
/// <param name="Dimensions">Leading dimensions kept; null is all.</param>
/// <param name="Similarity">How vectors are compared; cosine unless it says otherwise.</param>
internal sealed record SentenceSettings(
    IReadOnlyDictionary<string, string> Prompts, string? DefaultPromptName, int? Dimensions, SimilarityFunction Similarity)
{
    private const string Name = "config_sentence_transformers.json";

    private static readonly Dictionary<string, SimilarityFunction> Functions = new(StringComparer.Ordinal)
    {
        ["cosine"] = SimilarityFunction.Cosine, ["dot"] = SimilarityFunction.Dot,
        ["euclidean"] = SimilarityFunction.Euclidean, ["manhattan"] = SimilarityFunction.Manhattan,
    };

    /// <summary>Reads the file of a model's folder, which need not be there.</summary>
    /// <exception cref="InvalidDataException">It is broken, or its default prompt is none of its prompts.</exception>
    /// <exception cref="NotSupportedException">The similarity function is not known.</exception>
    public static SentenceSettings Read(string root)
    {
        var prompts = new Dictionary<string, string>(StringComparer.Ordinal);
        string? name = null;
        int? dimensions = null;
        var similarity = SimilarityFunction.Cosine;
        if (File.Exists(Path.Combine(root, Name)))
        {
            using var json = JsonFile.Open(Path.Combine(root, Name));
            if (json.RootElement.Find("prompts") is { } given)
            {
                if (given.ValueKind != System.Text.Json.JsonValueKind.Object)
                    throw JsonFile.Wrong(Name, "prompts", given, "an object of texts");
                foreach (var prompt in given.EnumerateObject())
                    prompts[prompt.Name] = given.Text(prompt.Name, Name) ?? "";
            }

            name = json.RootElement.Text("default_prompt_name", Name);
            dimensions = json.RootElement.Count("truncate_dim", Name);
            if (json.RootElement.Text("similarity_fn_name", Name) is { } function && !Functions.TryGetValue(function, out similarity))
                throw new NotSupportedException($"{Name}: similarity_fn_name is '{function}'. Known: {string.Join(", ", Functions.Keys)}.");
        }

        prompts.TryAdd("query", "");
        prompts.TryAdd("document", "");
        return name is null || prompts.ContainsKey(name) ? new(prompts, name, dimensions, similarity) : throw new InvalidDataException(
            $"{Name}: default_prompt_name is '{name}'. The prompts are {string.Join(", ", prompts.Keys)}.");
    }
}
