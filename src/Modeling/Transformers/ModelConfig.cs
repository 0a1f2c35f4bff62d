using System.Text.Json;
using System.Text.Json.Nodes;
using ML.Extensions.Checkpoints;
using ML.Extensions.Positions;

namespace ML.Extensions.Transformers;

/// <summary>Reads a model's config.json for its family: each number is checked, each message names the key.</summary>
/// <param name="json">The object.</param>
/// <param name="origin">Where it comes from, as messages name it.</param>
internal sealed class ModelConfig(JsonElement json, string origin)
{
    private const int MostLayers = 1_000, MostWidth = 1 << 16, MostHeads = 1 << 10, MostRows = 1 << 24;

    /// <summary>Where the config comes from.</summary>
    public string Origin => origin;

    /// <summary>The object itself.</summary>
    public JsonElement Json => json;

    /// <summary>A number of layers.</summary>
    public int Layers(string key = "num_hidden_layers") => Size(key, MostLayers);

    /// <summary>A width.</summary>
    public int Width(string key = "hidden_size") => Size(key, MostWidth);

    /// <summary>A number of heads.</summary>
    public int Heads(string key = "num_attention_heads") => Size(key, MostHeads);

    /// <summary>A number of rows: vocabulary, positions.</summary>
    public int Rows(string key = "vocab_size") => Size(key, MostRows);

    /// <summary>A whole number from 1 on that must be there.</summary>
    public int Size(string key, int most) => json.Find(key) is { } v ? Whole(key, v, most)
        : throw new InvalidDataException($"{origin}: config.json has no whole number '{key}'.");

    /// <summary>A whole number from <paramref name="least"/> on, or what is usual where it is absent.</summary>
    public int Size(string key, int most, int usual, int least = 1) => json.Find(key) is { } v ? Whole(key, v, most, least) : usual;

    /// <summary>A number, or what is usual.</summary>
    public double Number(string key, double usual) => Number(key) ?? usual;

    /// <summary>A finite number, null if it is absent.</summary>
    public double? Number(string key) => json.Find(key) is not { } v ? null
        : v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var n) && double.IsFinite(n) ? n
        : throw JsonFile.Wrong(origin, key, v, "a number");

    /// <summary>What a norm adds to the variance, or what is usual.</summary>
    public double Epsilon(string key, double usual) => Number(key, usual) is var e and >= 0 and <= 1
        ? e : throw new InvalidDataException($"{origin}: config.json's {key} is {Number(key)}; expected 0 to 1.");

    /// <summary>A flag, or what is usual.</summary>
    public bool Flag(string key, bool usual) => json.Flag(key, origin) ?? usual;

    /// <summary>Refuses a flag that stands for something the network does not have.</summary>
    /// <exception cref="NotSupportedException">The flag is not <paramref name="only"/>.</exception>
    public void Expect(string key, bool only)
    {
        if (Flag(key, only) != only)
            throw new NotSupportedException($"{origin}: config.json's {key} is {(only ? "false" : "true")}. Known: {(only ? "true" : "false")}.");
    }

    /// <summary>One of several words, or <paramref name="usual"/> where the key is absent or null.</summary>
    /// <exception cref="NotSupportedException">It is another word; the message lists the known.</exception>
    public string Choice(string key, string usual, params IReadOnlyCollection<string> known)
    {
        var word = Text(key, usual);
        return known.Contains(word) ? word : throw new NotSupportedException(
            $"{origin}: config.json's {key} is '{word}'. Known: {string.Join(", ", known)}.");
    }

    /// <summary>Row of position 0 in a table of so many rows, for families that begin behind the padding id's row.</summary>
    /// <exception cref="InvalidDataException">There is no such row.</exception>
    public int FirstPosition(int rows)
    {
        var padding = Size("pad_token_id", MostRows, 1, least: 0);
        return padding + 1 < rows ? padding + 1 : throw new InvalidDataException(
            $"{origin}: config.json's pad_token_id is {padding}, behind which positions begin; max_position_embeddings is {rows}, so none is left.");
    }

    /// <summary>Width of a head where the heads share the width: width / heads.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    public int HeadWidth(string widthKey = "hidden_size", string headsKey = "num_attention_heads")
    {
        var (width, heads) = (Width(widthKey), Heads(headsKey));
        return width % heads == 0 ? width / heads : throw new InvalidDataException(
            $"{origin}: config.json's {widthKey} {width} is not a multiple of {headsKey} {heads}.");
    }

    /// <summary>The same config with other values, for families whose configs have older names.</summary>
    public ModelConfig With(params (string Key, JsonNode? Value)[] changes)
    {
        var changed = new JsonObject();
        foreach (var property in json.EnumerateObject()) // one by one: a key that stands there twice is no error
            changed[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        foreach (var (key, value) in changes)
            changed[key] = value;
        return new(JsonSerializer.SerializeToElement(changed), origin);
    }

    /// <summary>A text, or what is usual.</summary>
    public string Text(string key, string usual) => json.Text(key, origin) ?? usual;

    /// <summary>An activation by its name.</summary>
    /// <exception cref="NotSupportedException">It is not known; the message lists the known.</exception>
    public string Activation(string key, string usual) => Choice(key, usual, Activations.Known);

    /// <summary>One value a layer from a list, null if the list is absent.</summary>
    public JsonElement[]? PerLayer(string key, int layers)
    {
        if (json.Find(key) is not { } list)
            return null;
        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == layers
            ? [.. list.EnumerateArray()] : throw JsonFile.Wrong(origin, key, list, $"a list of {layers}, one a layer");
    }

    /// <summary>Whether each layer slides, by layer_types, or by a rule where that list is absent.</summary>
    public bool[] Sliding(int layers, Func<int, bool> rule)
    {
        if (PerLayer("layer_types", layers) is not { } types)
            return [.. Enumerable.Range(0, layers).Select(rule)];
        return [.. types.Select(t => t.ValueKind != JsonValueKind.String ? throw JsonFile.Wrong(origin, "layer_types", t, "a text") : t.GetString() switch
        {
            "sliding_attention" => true,
            "full_attention" => false,
            var other => throw new NotSupportedException($"{origin}: config.json's layer_types holds '{other}'. Known: full_attention, sliding_attention."),
        })];
    }

    /// <summary>The rotary form, for one of several kinds of layers where config.json has a form for each.</summary>
    /// <param name="layerType">"full_attention" or "sliding_attention"; null where layers do not differ.</param>
    /// <param name="defaults">What the family means where the config is silent.</param>
    public PositionEncoding.Rotary Rotary(string? layerType = null, RotaryDefaults? defaults = null) =>
        new(RotaryConfig.Read(json, layerType, origin, defaults));

    private int Whole(string key, JsonElement value, int most, int least = 1) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var n)
            ? n >= least && n <= most ? n : throw new InvalidDataException($"{origin}: config.json's {key} is {n}; expected {least} to {most}.")
            : throw JsonFile.Wrong(origin, key, value, "a whole number");
}
