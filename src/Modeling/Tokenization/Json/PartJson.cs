using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>What the readers of a tokenizer.json's parts share.</summary>
internal static class PartJson
{
    /// <summary>Reads a part by its type.</summary>
    /// <exception cref="InvalidDataException">It is no object with a type.</exception>
    /// <exception cref="NotSupportedException">The type is not known; the message lists those that are.</exception>
    public static T Read<T>(JsonElement json, string part, Dictionary<string, Func<JsonElement, string, T>> kinds, string origin)
    {
        var type = Type(json, part, origin);
        return kinds.TryGetValue(type, out var read) ? read(json, origin) : throw new NotSupportedException(
            $"{origin}: {part} '{type}' is not known. Known: {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>A part's type.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static string Type(JsonElement json, string part, string origin) =>
        json.ValueKind == JsonValueKind.Object && json.Text("type", origin) is { } type ? type
        : throw JsonFile.Wrong(origin, part, json, "an object with a type");

    /// <summary>A list that must be there.</summary>
    /// <exception cref="InvalidDataException">It is missing or no list.</exception>
    public static JsonElement[] List(JsonElement json, string key, string origin) => json.Find(key) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        { } other => throw JsonFile.Wrong(origin, key, other, "a list"),
        null => throw CheckpointErrors.Unusable(origin, $"'{Name(json)}' has no list '{key}'."),
    };

    /// <summary>A text that must be there.</summary>
    /// <exception cref="InvalidDataException">It is missing or no text.</exception>
    public static string Text(JsonElement json, string key, string origin) =>
        json.Text(key, origin) ?? throw CheckpointErrors.Unusable(origin, $"'{Name(json)}' has no text '{key}'.");

    /// <summary>A whole number from 0, null if the key is absent or null.</summary>
    /// <exception cref="InvalidDataException">It is no such number.</exception>
    public static int? Number(JsonElement json, string key, string origin) => json.Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) && value >= 0 => (int)Math.Min(value, int.MaxValue),
        { } other => throw JsonFile.Wrong(origin, key, other, "a whole number of at least 0"),
    };

    /// <summary>A name of an enumeration.</summary>
    /// <exception cref="InvalidDataException">It is not one of the names.</exception>
    public static T Name<T>(JsonElement json, string key, T absent, string origin)
        where T : struct, Enum
    {
        if (json.Find(key) is not { } found)
            return absent;
        return found.ValueKind == JsonValueKind.String && Enum.GetNames<T>().Contains(found.GetString()) ? Enum.Parse<T>(found.GetString()!)
            : throw JsonFile.Wrong(origin, key, found, $"one of {string.Join(", ", Enum.GetNames<T>())}");
    }

    private static string Name(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("type", out var type) ? type.ToString() : json.ValueKind.ToString();
}
