using System.Text.Json.Nodes;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>How a value of general.architecture becomes a Hugging Face model.</summary>
/// <param name="ModelType">config.json's model_type.</param>
/// <param name="Names">Pairs of our name and theirs, without .weight and .bias; {n} is a layer.</param>
/// <param name="Configure">Adds what the family's config.json needs beyond what all have.</param>
internal sealed record GgufArchitecture(string ModelType, IReadOnlyDictionary<string, string> Names, Action<GgufFields, JsonObject> Configure)
{
    /// <summary>Whether rows of query and key are interleaved for rotary pairs; Hugging Face has them in halves.</summary>
    public bool Interleaved { get; init; }

    /// <summary>Whether one was added to the weights of norms.</summary>
    public bool ShiftedNorms { get; init; }

    /// <summary>Whether Hugging Face stores products as [in, out].</summary>
    public bool TransposedProducts { get; init; }

    /// <summary>Whether Hugging Face stores query, key and value head by head in one matrix; the file has them one behind the other.</summary>
    public bool MixedHeads { get; init; }

    /// <summary>Whether the family pools the last token where the file names no pooling; else the mean.</summary>
    public bool Causal { get; init; } = true;

    /// <summary>Their name of one of the file's; null if there is none.</summary>
    public string? NameOf(string stored)
    {
        var dot = stored.LastIndexOf('.');
        if (dot < 0 || stored[(dot + 1)..] is not ("weight" or "bias"))
            return null;
        var (body, end, layer) = (stored[..dot], stored[dot..], "");
        if (body.StartsWith("blk.", StringComparison.Ordinal))
        {
            var second = body.IndexOf('.', 4);
            if (second < 0)
                return null;
            (layer, body) = (body[4..second], "blk.{n}" + body[second..]);
        }

        return Names.TryGetValue(body, out var name) ? name.Replace("{n}", layer, StringComparison.Ordinal) + end : null;
    }
}
