using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Encoders;

/// <summary>Tasks that a checkpoint has LoRA adapters for: config.json's lora_adaptations (Jina v3).</summary>
internal static class TaskAdapters
{
    private const string Origin = "config.json";

    /// <summary>The weights for a task; as they are where the checkpoint has no adapter of that name, or no task is named.</summary>
    /// <param name="config">config.json.</param>
    /// <param name="weights">The file; it stays the caller's.</param>
    /// <param name="task">"retrieval.query"; adapters share their names with prompts.</param>
    /// <exception cref="InvalidDataException">lora_adaptations, lora_rank or lora_alpha are wrong; the message names the key.</exception>
    public static Weights Apply(JsonElement config, Weights weights, string? task)
    {
        var names = Names(config);
        var number = task is null ? -1 : Array.IndexOf(names, task);
        if (number < 0)
            return weights;
        var rank = config.Count("lora_rank", Origin) ?? 4;
        var alpha = config.Find("lora_alpha") is not { } v ? 1 : v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var a) && double.IsFinite(a)
            ? a : throw JsonFile.Wrong(Origin, "lora_alpha", v, "a number");
        return new AdaptedWeights(weights, number, names.Length, alpha / rank);
    }

    /// <summary>Names of the tasks, in the order of the adapters; empty where there are none.</summary>
    public static string[] Names(JsonElement config)
    {
        if (config.Find("lora_adaptations") is not { } list)
            return [];
        return list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? n.GetString()! : throw JsonFile.Wrong(Origin, "lora_adaptations", list, "a list of texts"))]
            : throw JsonFile.Wrong(Origin, "lora_adaptations", list, "a list of texts");
    }
}
