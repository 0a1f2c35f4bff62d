using ML.Extensions.Transformers;
using ML.Extensions.Transformers.Families;

namespace ML.Extensions.LongText;

/// <summary>A learned number for each head and bucket of distances is added to the logits; all layers share the table. Source: T5, arXiv 1910.10683.</summary>
/// <param name="Buckets">Number of buckets, a multiple of 4: half of them for each side, the nearer half of these for one distance each.</param>
/// <param name="MaxDistance">Distance from which on all share the last bucket.</param>
public sealed record BucketPositions(int Buckets = 32, int MaxDistance = 128) : TextPositions
{
    private const string CountKey = "relative_attention_num_buckets", DistanceKey = "relative_attention_max_distance";
    private const int Most = 1 << 16;

    /// <summary>Number of buckets.</summary>
    public int Buckets { get; init; } = Buckets is >= 4 and <= Most && Buckets % 4 == 0
        ? Buckets : throw new ArgumentOutOfRangeException(nameof(Buckets), Buckets, $"Buckets must be a multiple of 4, from 4 to {Most}.");

    /// <summary>Distance from which on all share the last bucket.</summary>
    public int MaxDistance { get; init; } = MaxDistance > Buckets / 4 ? MaxDistance
        : throw new ArgumentOutOfRangeException(nameof(MaxDistance), MaxDistance, $"MaxDistance must be above a quarter of the {Buckets} buckets.");

    /// <inheritdoc/>
    public override string Name => "t5";

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, object> Keys => new Dictionary<string, object> { [CountKey] = Buckets, [DistanceKey] = MaxDistance };

    /// <inheritdoc/>
    internal override TransformerSpec Read(ModelConfig config)
    {
        var (count, most) = (config.Size(CountKey, Most, 32), config.Size(DistanceKey, 1 << 24, 128));
        if (count < 4 || count % 4 != 0 || most <= count / 4)
            throw new InvalidDataException($"{config.Origin}: config.json's {CountKey} is {count}, {DistanceKey} {most}; expected a multiple of 4, and more than a quarter of it.");
        return BertFamily.Read(config, "bert", new PositionEncoding.Buckets("encoder.relative_attention_bias.weight", count, most));
    }
}
