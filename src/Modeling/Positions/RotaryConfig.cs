using System.Text.Json;

namespace ML.Extensions.Positions;

/// <summary>Rotary positions of a model's layers: how much of a head turns, from which base, in which form.</summary>
/// <param name="Dimension">Rotated width dim of a head; the rest of the head stays.</param>
/// <param name="Base">b.</param>
/// <param name="Scaling">From base and length to frequencies.</param>
internal sealed record RotaryConfig(int Dimension, double Base, RotaryScaling Scaling)
{
    private const int MostWidth = 1 << 16;

    /// <summary>Whether frequencies depend on the sequence's length.</summary>
    public bool DependsOnLength => Scaling.DependsOnLength;

    /// <summary>Reads the rotary keys of a config.json of either generation.</summary>
    /// <param name="config">The config's root, or its text_config.</param>
    /// <param name="layerType">"full_attention" or "sliding_attention" where layers differ; null where they do not.</param>
    /// <param name="origin">Name of the model in messages.</param>
    /// <param name="defaults">What the family means where the config is silent; null: base 10,000, the whole head.</param>
    /// <exception cref="NotSupportedException">The form is not known; the message lists the known.</exception>
    /// <exception cref="InvalidDataException">A key is missing, unknown or out of range; the message names it.</exception>
    public static RotaryConfig Read(JsonElement config, string? layerType, string origin, RotaryDefaults? defaults = null)
    {
        var fields = RotaryFields.Of(config, layerType, origin, defaults ?? new());
        var scaling = RotaryScalings.Read(fields);
        var (width, ropeBase) = (fields.HeadWidth, fields.Base);
        var dimension = scaling.DimensionOf(width, fields.Part);
        if (width > MostWidth || dimension < 2 || dimension % 2 != 0)
            throw fields.Error($"{dimension} of a head's {width} numbers would turn; expected an even number from 2 to {MostWidth}");
        return ropeBase > 1 ? new(dimension, ropeBase, scaling) : throw fields.Error($"the base is {ropeBase}; expected more than 1");
    }

    /// <summary>Frequencies for a sequence of a length.</summary>
    public RotaryFrequencies At(int length) => Scaling.At(Dimension, Base, length);
}
