using System.Text.Json;
using static TorchSharp.torch;

namespace ML.Extensions.Positions;

// The default form alone, until the folder's owner lands the whole: this file goes then.

/// <summary>Frequencies, and the factor on cosines and sines.</summary>
internal sealed record RotaryFrequencies(double[] InverseFrequencies, double AttentionFactor);

/// <summary>The rotary form of a config.json.</summary>
internal sealed record RotaryConfig(int Dimension, double Base)
{
    /// <summary>Whether frequencies depend on the sequence's length.</summary>
    public bool DependsOnLength => Dimension < 0;

    /// <summary>Reads the default form.</summary>
    public static RotaryConfig Read(JsonElement config, string? layerType, string origin)
    {
        var form = config.TryGetProperty("rope_parameters", out var given) ? given
            : !config.TryGetProperty("rope_scaling", out var scaling) || scaling.ValueKind == JsonValueKind.Null ? config
            : throw new NotSupportedException($"{origin}: config.json's rope_scaling is not known.");
        if (layerType is not null && form.TryGetProperty(layerType, out var own))
            form = own;
        if (form.TryGetProperty("rope_type", out var type) && type.GetString() != "default")
            throw new NotSupportedException($"{origin}: config.json's rope_type is '{type}'. Known: default.");
        var d = config.TryGetProperty("head_dim", out var h) && h.ValueKind == JsonValueKind.Number
            ? h.GetInt32() : config.GetProperty("hidden_size").GetInt32() / config.GetProperty("num_attention_heads").GetInt32();
        return new(form.TryGetProperty("partial_rotary_factor", out var part) ? (int)(d * part.GetDouble()) : d, form.TryGetProperty("rope_theta", out var theta) ? theta.GetDouble() : 10_000);
    }

    /// <summary>Frequencies for a sequence of a length.</summary>
    public RotaryFrequencies At(int length) =>
        new([.. Enumerable.Range(0, Dimension / 2).Select(j => Math.Pow(Base, -2.0 * j / Dimension))], length < 0 ? double.NaN : 1);
}

/// <summary>Cosines and sines of tokens, [T, dim/2].</summary>
internal sealed class RotaryTable(Tensor cos, Tensor sin)
{
    /// <summary>Angles are position times frequency in float32.</summary>
    public static RotaryTable Of(RotaryFrequencies frequencies, ReadOnlySpan<float> positions, Device device, ScalarType type)
    {
        var angles = tensor(positions.ToArray()).unsqueeze(1) * tensor(Array.ConvertAll(frequencies.InverseFrequencies, f => (float)f));
        return new((angles.cos() * frequencies.AttentionFactor).to(type, device), (angles.sin() * frequencies.AttentionFactor).to(type, device));
    }

    /// <summary>Tables one behind the other.</summary>
    public static RotaryTable Joined(IReadOnlyList<RotaryTable> parts) =>
        new(cat([.. parts.Select(p => p.Cos)]), cat([.. parts.Select(p => p.Sin)]));

    private Tensor Cos => cos;

    private Tensor Sin => sin;

    /// <summary>x [T, heads, d] turned.</summary>
    public Tensor Apply(Tensor x, bool interleaved)
    {
        var r = cos.shape[1] * 2;
        var (c, s) = (cos.unsqueeze(1), sin.unsqueeze(1));
        var rest = x.narrow(-1, r, x.shape[^1] - r);
        if (interleaved)
        {
            var pairs = x.narrow(-1, 0, r).reshape(x.shape[0], x.shape[1], r / 2, 2);
            var (e, o) = (pairs.select(3, 0), pairs.select(3, 1));
            return cat([stack([(e * c) - (o * s), (o * c) + (e * s)], 3).flatten(2, 3), rest], -1);
        }

        var (a, b) = (x.narrow(-1, 0, r / 2), x.narrow(-1, r / 2, r / 2));
        return cat([(a * c) - (b * s), (b * c) + (a * s), rest], -1);
    }
}

/// <summary>ALiBi for a number of heads that is a power of 2.</summary>
internal static class Alibi
{
    /// <summary>Added to the logits, from distances [n, L, S]: [n, H, L, S].</summary>
    public static Tensor Bias(Tensor distance, int heads)
    {
        var slopes = tensor(Enumerable.Range(1, heads).Select(h => (float)Math.Pow(2, -8.0 * h / heads)).ToArray()).view(1, -1, 1, 1);
        return -slopes * distance.abs().unsqueeze(1);
    }
}

/// <summary>T5's buckets of distances.</summary>
internal static class RelativeBuckets
{
    /// <summary>Added to the logits, from distances key - query [n, L, S] and a table [buckets, H]: [n, H, L, S].</summary>
    public static Tensor Bias(Tensor distance, Tensor table, bool bidirectional, int most)
    {
        var count = (int)table.shape[0] / (bidirectional ? 2 : 1);
        var start = bidirectional ? distance.gt(0).to(ScalarType.Float32) * count : zeros_like(distance);
        var far = bidirectional ? distance.abs() : distance.clamp_max(0).neg();
        var exact = count / 2;
        var log = (far.clamp_min(1) / exact).log() / Math.Log(most / (double)exact) * (count - exact);
        var bucket = (where(far.lt(exact), far, (exact + log.floor()).clamp_max(count - 1)) + start).to(ScalarType.Int64);
        return table.index_select(0, bucket.flatten()).view([.. bucket.shape, table.shape[1]]).permute(0, 3, 1, 2);
    }
}
