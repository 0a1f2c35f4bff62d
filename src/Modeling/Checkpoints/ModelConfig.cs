using System.Text.Json;

namespace ML.Extensions.Checkpoints;

/// <summary>Reads sizes, numbers and choices out of a config.json. Errors name the key, what was found and what is known.</summary>
/// <param name="json">Its root.</param>
/// <param name="origin">The model, as messages name it.</param>
internal sealed class ModelConfig(JsonElement json, string origin)
{
    /// <summary>The root.</summary>
    public JsonElement Json => json;

    /// <summary>The model, as messages name it.</summary>
    public string Origin => origin;

    /// <summary>A whole number from 1 to <paramref name="most"/>, under the first of the keys that is there.</summary>
    /// <exception cref="InvalidDataException">No key is there, or the value is out of range.</exception>
    public int Size(int most, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (json.Find(key) is { } value)
                return Whole(key, value, 1, most);
        throw new InvalidDataException($"{origin}: config.json has no whole number '{keys[0]}'.");
    }

    /// <summary>A whole number, or <paramref name="usual"/> where the key is absent or null.</summary>
    /// <exception cref="InvalidDataException">The value is out of range.</exception>
    public int Size(string key, int usual, int least, int most) =>
        json.Find(key) is { } value ? Whole(key, value, least, most) : usual;

    /// <summary>A finite number, or <paramref name="usual"/> where none of the keys is there.</summary>
    /// <exception cref="InvalidDataException">The value is something else.</exception>
    public double Number(double usual, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (json.Find(key) is { } value)
                return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var n) && double.IsFinite(n)
                    ? n : throw JsonFile.Wrong($"{origin}: config.json", key, value, "a number");
        return usual;
    }

    /// <summary>A flag, or <paramref name="usual"/> where the key is absent or null.</summary>
    /// <exception cref="InvalidDataException">The value is something else.</exception>
    public bool Flag(string key, bool usual) => json.Flag(key, $"{origin}: config.json") ?? usual;

    /// <summary>One of several words, or <paramref name="usual"/> where the key is absent or null.</summary>
    /// <exception cref="NotSupportedException">It is another word; the message lists the known.</exception>
    public string Choice(string key, string usual, params IReadOnlyCollection<string> known)
    {
        var word = json.Find(key) is { } v ? v.ValueKind == JsonValueKind.String ? v.GetString()! : v.GetRawText() : usual;
        return known.Contains(word) ? word : throw new NotSupportedException(
            $"{origin}: config.json's {key} is '{word}'. Known: {string.Join(", ", known)}.");
    }

    /// <summary>Refuses a flag that stands for something the network does not have.</summary>
    /// <exception cref="NotSupportedException">The flag is not <paramref name="only"/>.</exception>
    public void Expect(string key, bool only)
    {
        if (Flag(key, only) != only)
            throw new NotSupportedException($"{origin}: config.json's {key} is {(only ? "false" : "true")}. Known: {(only ? "true" : "false")}.");
    }

    /// <summary>Width of a head where every head has the same: width / heads.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    public int HeadWidth(int width, int heads, string widthKey = "hidden_size", string headsKey = "num_attention_heads") =>
        width % heads == 0 ? width / heads : throw new InvalidDataException(
            $"{origin}: config.json's {widthKey} {width} is not a multiple of {headsKey} {heads}.");

    private int Whole(string key, JsonElement value, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var n) && Math.Floor(n) == n
            ? n >= least && n <= most ? (int)n : throw new InvalidDataException(
                $"{origin}: config.json's {key} is {value.GetRawText()}; expected {least} to {most}.")
            : throw new InvalidDataException($"{origin}: config.json has no whole number '{key}'.");
}
