using System.Globalization;

namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>The keys of a file's own architecture, checked.</summary>
/// <param name="file">The file.</param>
/// <param name="architecture">general.architecture, which the keys begin with.</param>
internal sealed class GgufFields(GgufFile file, string architecture)
{
    /// <summary>The file.</summary>
    public GgufFile File => file;

    /// <summary>A number; null if the key is absent.</summary>
    public double? Number(string key) => file.Number($"{architecture}.{key}");

    /// <summary>A text; null if the key is absent.</summary>
    public string? Text(string key) => file.Text($"{architecture}.{key}");

    /// <summary>A flag; null if the key is absent.</summary>
    public bool? Flag(string key) => file.Flag($"{architecture}.{key}");

    /// <summary>A whole number from 1 on; null if the key is absent. An array, one value a layer, must hold equal ones.</summary>
    /// <exception cref="InvalidDataException">It is no such number.</exception>
    public long? Whole(string key)
    {
        var full = $"{architecture}.{key}";
        if (!file.Metadata.TryGetValue(full, out var found))
            return null;
        double? number;
        if (found.Count is null)
            number = file.Number(full);
        else
        {
            var all = file.Numbers(full)!.Distinct().Take(2).ToArray();
            number = all.Length == 1 ? all[0] : throw CheckpointErrors.Unusable(file.Origin, $"'{full}' differs from layer to layer; only models of equal layers are known.");
        }

        return number is >= 1 and <= int.MaxValue && Math.Floor(number.Value) == number ? (long)number
            : throw CheckpointErrors.Unusable(file.Origin, $"'{full}' is {number?.ToString(CultureInfo.InvariantCulture)}; expected a whole number of at least 1.");
    }

    /// <summary>A whole number that must be there.</summary>
    /// <exception cref="InvalidDataException">It is absent, or no such number.</exception>
    public long Needed(string key) => Whole(key) ?? throw CheckpointErrors.Unusable(file.Origin, $"there is no '{architecture}.{key}'.");

    /// <summary>Whether a tensor is there.</summary>
    public bool Has(string tensor) => file.Tensors.ContainsKey(tensor);

    /// <summary>Rows of a matrix; null if it is absent.</summary>
    public long? Rows(string tensor) => file.Tensors.TryGetValue(tensor, out var found) && found.Shape.Length == 2 ? found.Shape[0] : null;
}
