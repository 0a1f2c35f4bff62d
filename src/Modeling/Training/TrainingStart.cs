using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;

namespace ML.Extensions.Training;

/// <summary>Where training begins: a model's files, and what a <see cref="ModelChange"/> made of config and weights.</summary>
/// <param name="Source">Where the model's files are; null where it is not saved as a folder.</param>
/// <param name="Checkpoint">The opened model.</param>
/// <param name="Config">config.json's content, changed or not.</param>
internal sealed record TrainingStart(EmbeddingModel? Source, EmbeddingCheckpoint Checkpoint, JsonElement Config)
{
    /// <summary>Most tokens of a text; null is the checkpoint's.</summary>
    public int? Window { get; init; }

    /// <summary>Makes the weights' names; null reads the checkpoint's own.</summary>
    public Func<string, NamedWeights>? Changed { get; init; }

    /// <summary>The weights under the network's names.</summary>
    public NamedWeights Names(string anchor) => Changed?.Invoke(anchor) ?? new NamedWeights(Checkpoint.Weights, anchor);

    /// <summary>config.json's content with some keys changed; null takes a key away.</summary>
    public JsonElement With(params (string Key, object? Value)[] changes)
    {
        var keys = Config.EnumerateObject().Where(p => changes.All(c => c.Key != p.Name))
            .Select(p => new KeyValuePair<string, object?>(p.Name, p.Value))
            .Concat(changes.Where(c => c.Value is not null).Select(c => new KeyValuePair<string, object?>(c.Key, c.Value)));
        return JsonSerializer.SerializeToElement(new Dictionary<string, object?>(keys, StringComparer.Ordinal));
    }
}
