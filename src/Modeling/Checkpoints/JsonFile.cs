using System.Text.Json;

namespace ML.Extensions.Checkpoints;

/// <summary>Reads JSON files that hold one object.</summary>
internal static class JsonFile
{
    private const long MaxBytes = 256 << 20;

    /// <summary>Parses a file; its root is an object.</summary>
    /// <exception cref="InvalidDataException">It is missing, too large or not a JSON object.</exception>
    public static JsonDocument Open(string path) => Open(path, JsonValueKind.Object);

    /// <summary>Parses a file whose root is of a kind.</summary>
    /// <exception cref="InvalidDataException">It is missing, too large or not JSON of that kind.</exception>
    public static JsonDocument Open(string path, JsonValueKind kind)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw CheckpointErrors.Unusable(file.Name, $"the file is not in {file.DirectoryName}.");
        if (file.Length > MaxBytes)
            throw CheckpointErrors.Unusable(file.Name, $"it has {file.Length} bytes; at most {MaxBytes} are read.");
        JsonDocument json;
        try
        {
            var bytes = File.ReadAllBytes(path).AsMemory();
            if (bytes.Span.StartsWith("\uFEFF"u8))
                bytes = bytes[3..];
            json = JsonDocument.Parse(bytes);
            CheckTexts(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            throw new InvalidDataException(CheckpointErrors.Broken(file.Name, $"it is not valid JSON ({e.Message})").Message, e);
        }

        if (json.RootElement.ValueKind == kind)
            return json;
        var found = json.RootElement.ValueKind;
        json.Dispose();
        throw CheckpointErrors.Broken(file.Name, $"it holds a JSON {found}; expected {kind}.");
    }

    /// <summary>A text, null if the key is absent or null.</summary>
    public static string? Text(this JsonElement json, string key, string origin) =>
        Find(json, key) is not { } v ? null : v.ValueKind == JsonValueKind.String ? v.GetString() : throw Wrong(origin, key, v, "a text");

    /// <summary>A flag, null if the key is absent or null.</summary>
    public static bool? Flag(this JsonElement json, string key, string origin) =>
        Find(json, key) is not { } v ? null : v.ValueKind is JsonValueKind.True or JsonValueKind.False ? v.GetBoolean() : throw Wrong(origin, key, v, "true or false");

    /// <summary>A positive number of things, null if the key is absent or null; more than int.MaxValue is int.MaxValue.</summary>
    public static int? Count(this JsonElement json, string key, string origin) =>
        Find(json, key) is not { } v ? null
        : v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var n) && n >= 1 && Math.Floor(n) == n ? (int)Math.Min(n, int.MaxValue)
        : throw Wrong(origin, key, v, "a whole number of at least 1");

    /// <summary>A property that is neither absent nor null.</summary>
    public static JsonElement? Find(this JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out var v) && v.ValueKind != JsonValueKind.Null ? v : null;

    /// <summary>The error about a value of the wrong kind.</summary>
    public static InvalidDataException Wrong(string origin, string key, JsonElement value, string expected) =>
        CheckpointErrors.Unusable(origin, $"'{key}' is {value.GetRawText()}; expected {expected}.");

    private static void CheckTexts(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var property in element.EnumerateObject())
            {
                _ = property.Name;
                CheckTexts(property.Value);
            }
        else if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray())
                CheckTexts(item);
        else if (element.ValueKind == JsonValueKind.String)
            _ = element.GetString();
    }
}
