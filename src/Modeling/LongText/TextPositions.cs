using System.Text.Json;
using ML.Extensions.Transformers;

namespace ML.Extensions.LongText;

/// <summary>
/// How a BERT that is trained from scratch knows the order of its tokens. A closed set: <see cref="LearnedPositions"/>, <see cref="SinusoidalPositions"/>,
/// <see cref="RotaryPositions"/>, <see cref="AlibiPositions"/>, <see cref="BucketPositions"/> and <see cref="NoPositions"/>. Each is one file, and one line here.
/// </summary>
public abstract record TextPositions
{
    private static readonly TextPositions[] Known =
    [
        new LearnedPositions(),
        new SinusoidalPositions(),
        new RotaryPositions(),
        new AlibiPositions(),
        new BucketPositions(),
        new NoPositions(),
    ];

    private protected TextPositions()
    {
    }

    /// <summary>All by their names, each with its defaults.</summary>
    public static IReadOnlyList<TextPositions> All => Known;

    /// <summary>Name on the command line, and in config.json as position_embedding_type.</summary>
    public abstract string Name { get; }

    /// <summary>Names of all.</summary>
    internal static IEnumerable<string> Names => Known.Select(k => k.Name);

    /// <summary>What is beside <see cref="Name"/> in config.json.</summary>
    internal virtual IReadOnlyDictionary<string, object> Keys => new Dictionary<string, object>();

    /// <summary>The positions of a name, with their defaults.</summary>
    /// <param name="name">As <see cref="Name"/>.</param>
    /// <exception cref="ArgumentException">There are none of this name; the message lists the known.</exception>
    public static TextPositions Parse(string name) => Known.FirstOrDefault(k => k.Name == name)
        ?? throw new ArgumentException($"No positions are named '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));

    /// <summary>Positions that a config.json names and whose network is read here; null for those that have a family of their own.</summary>
    internal static TextPositions? Find(string? name) => Known.FirstOrDefault(k => k.Name == name && k.ReadsConfig);

    /// <summary>Whether <see cref="Read"/> makes the network. Tables, rotary ones and ALiBi are read by families that were there before.</summary>
    internal virtual bool ReadsConfig => true;

    /// <summary>The network of a config.json that has these positions.</summary>
    /// <exception cref="InvalidDataException">A key is missing or out of range; the message names it.</exception>
    internal virtual TransformerSpec Read(ModelConfig config) => throw new InvalidOperationException($"Positions '{Name}' are read by a family of their own.");

    /// <summary>config.json's content with these positions in place of others.</summary>
    internal JsonElement Write(JsonElement config)
    {
        var others = Known.SelectMany(k => k.Keys.Keys).Concat(["position_embedding_type", "position_stride", "rope_scaling", "rope_parameters", "architectures", "feed_forward_type"]);
        var keys = config.EnumerateObject().Where(p => !others.Contains(p.Name)).ToDictionary(p => p.Name, p => (object)p.Value, StringComparer.Ordinal);
        keys["position_embedding_type"] = Name;
        foreach (var (key, value) in Keys)
            keys[key] = value;
        return JsonSerializer.SerializeToElement(keys);
    }
}
