using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Positions;

/// <summary>
/// The rotary keys of a config.json, of both generations: transformers 4 has rope_theta and rope_scaling at the top, 5 has
/// one rope_parameters, or one for each type of layer. Older families' own names are known too. Every number is checked.
/// </summary>
internal sealed class RotaryFields
{
    private readonly JsonElement _config, _form;
    private readonly string? _layerType;
    private readonly RotaryDefaults _defaults;
    private readonly bool _keyed;

    private RotaryFields(JsonElement config, JsonElement form, bool keyed, string? layerType, string origin, RotaryDefaults defaults)
    {
        (_config, _form, _keyed, _layerType, Origin, _defaults) = (config, form, keyed, layerType, origin, defaults);
        Type = form.Text("rope_type", origin) ?? form.Text("type", origin) ?? (NomicFactor is null ? "default" : "dynamic");
        if (OwnLocalBase is not null)
            Type = "default";
    }

    /// <summary>Name of the model in messages.</summary>
    public string Origin { get; }

    /// <summary>Name of the form.</summary>
    public string Type { get; }

    /// <summary>Keys of the form.</summary>
    public IEnumerable<string> Keys => _form.ValueKind == JsonValueKind.Object ? _form.EnumerateObject().Select(p => p.Name) : [];

    /// <summary>b: the form's, the config's, or the family's.</summary>
    public double Base => OwnLocalBase ?? Positive("rope_theta") ?? Top("rope_theta", "global_rope_theta", "rotary_emb_base", "rotary_base")
        ?? _defaults.Base;

    /// <summary>Part of a head that turns.</summary>
    public double Part
    {
        get
        {
            var part = Positive("partial_rotary_factor") ?? Top("partial_rotary_factor", "rotary_pct", "rotary_emb_fraction") ?? _defaults.Part;
            return part <= 1 ? part : throw Error($"partial_rotary_factor is {part}; expected above 0 and at most 1");
        }
    }

    /// <summary>Width of a head.</summary>
    public int HeadWidth
    {
        get
        {
            if (_config.Count("head_dim", Origin) is { } width)
                return width;
            var (hidden, heads) = (
                _config.Count("hidden_size", Origin) ?? _config.Count("n_embd", Origin),
                _config.Count("num_attention_heads", Origin) ?? _config.Count("n_head", Origin));
            return hidden is { } d && heads is { } h
                ? d / h : throw Error("rotary positions need head_dim, or hidden_size and num_attention_heads");
        }
    }

    /// <summary>Base of sliding layers in configs of the first generation, which have no scaling there.</summary>
    private double? OwnLocalBase => _keyed || _layerType != "sliding_attention" ? null
        : Top("rope_local_base_freq", "local_rope_theta") ?? _defaults.LocalBase;

    /// <summary>nomic-embed's name of the dynamic form's factor.</summary>
    private double? NomicFactor => Top("rotary_scaling_factor");

    /// <summary>The keys that a type of layer goes by.</summary>
    public static RotaryFields Of(JsonElement config, string? layerType, string origin, RotaryDefaults defaults)
    {
        var form = config.Find("rope_scaling") is { } old && !(old.ValueKind == JsonValueKind.Object && !old.EnumerateObject().Any())
            ? Object(old, "rope_scaling", origin)
            : config.Find("rope_parameters") is { } given ? Object(given, "rope_parameters", origin) : default;
        var types = form.ValueKind == JsonValueKind.Object
            ? form.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object).Select(p => p.Name).ToArray() : [];
        if (types.Length == 0)
            return new(config, form, false, layerType, origin, defaults);
        layerType ??= types.Length == 1 ? types[0] : "full_attention";
        return types.Contains(layerType, StringComparer.Ordinal)
            ? new(config, form.GetProperty(layerType), true, layerType, origin, defaults)
            : throw CheckpointErrors.Unusable(origin, $"config.json's rope_parameters has no '{layerType}'. It has: {string.Join(", ", types)}.");
    }

    /// <summary>Divisors of the pairs, checked to be as many as there are.</summary>
    public double[] Divisors(string key)
    {
        var wanted = (int)(HeadWidth * Part) / 2;
        if (_form.Find(key) is not { } list)
            throw Error($"rope_type '{Type}' needs '{key}', a list of {wanted} numbers");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != wanted)
            throw Error($"'{key}' has {(list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() + " numbers" : "no list")}; a rotated width of {2 * wanted} needs {wanted}");
        return [.. list.EnumerateArray().Select(v => Above0(key, v))];
    }

    /// <summary>A factor of at least 1; where it is missing and the original window is known, window / original.</summary>
    public double Factor(int? original = null)
    {
        var factor = Positive("factor") ?? NomicFactor
            ?? (original is { } o && MaxPositions is { } most ? Math.Max(1, (double)most / o) : throw Error($"rope_type '{Type}' needs 'factor'"));
        return factor >= 1 ? factor : throw Error($"'factor' is {factor}; expected at least 1");
    }

    /// <summary>The window before extension: the config's own, the form's, or the whole window.</summary>
    public int Original(string form) =>
        _config.Count("original_max_position_embeddings", Origin) ?? _form.Count("original_max_position_embeddings", Origin) ?? Window(form);

    /// <summary>The trained window.</summary>
    public int Window(string form) => MaxPositions ?? throw Error($"rope_type '{form}' needs max_position_embeddings");

    /// <summary>A number above 0 that must be there.</summary>
    public double Needed(string key) => Positive(key) ?? throw Error($"rope_type '{Type}' needs '{key}'");

    /// <summary>A number above 0; null if the key is absent or null.</summary>
    public double? Positive(string key) => _form.Find(key) is { } v ? Above0(key, v) : null;

    /// <summary>A number; null if the key is absent or null.</summary>
    public double? Number(string key) => _form.Find(key) is not { } v ? null
        : v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var n) && double.IsFinite(n) ? n : throw JsonFile.Wrong(Origin, key, v, "a number");

    /// <summary>A flag; null if the key is absent or null.</summary>
    public bool? Flag(string key) => _form.Flag(key, Origin);

    /// <summary>An error about the rotary keys.</summary>
    public InvalidDataException Error(string what) => CheckpointErrors.Unusable(Origin, $"config.json, rotary positions: {what}.");

    private int? MaxPositions => _config.Count("max_position_embeddings", Origin)
        ?? _config.Count("max_trained_positions", Origin) ?? _config.Count("n_positions", Origin);

    private static JsonElement Object(JsonElement value, string key, string origin) =>
        value.ValueKind == JsonValueKind.Object ? value : throw JsonFile.Wrong(origin, key, value, "an object");

    private double? Top(params string[] keys)
    {
        foreach (var key in keys)
            if (_config.Find(key) is { } v)
                return Above0(key, v);
        return null;
    }

    private double Above0(string key, JsonElement v) =>
        v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var n) && double.IsFinite(n) && n > 0
            ? n : throw JsonFile.Wrong(Origin, key, v, "a number above 0");
}
