namespace ML.Extensions.Positions;

/// <summary>The rotary forms that config.json may name. A form is one file, and one line here.</summary>
internal static class RotaryScalings
{
    private static readonly Dictionary<string, Func<RotaryFields, RotaryScaling>> Forms = new(StringComparer.Ordinal)
    {
        ["default"] = DefaultScaling.Read,
        ["linear"] = LinearScaling.Read,
        ["dynamic"] = DynamicScaling.Read,
        ["yarn"] = YarnScaling.Read,
        ["longrope"] = LongRopeScaling.Read,
        ["llama3"] = Llama3Scaling.Read,
        ["proportional"] = ProportionalScaling.Read,
        ["ntk"] = GteNtkScaling.Read,
        ["su"] = LongRopeScaling.Read, // Phi-3's first name of it
        ["mrope"] = DefaultScaling.Read, // Qwen2-VL: three positions a token, which are equal for text
    };

    /// <summary>Keys that some form reads, and those that say nothing about frequencies.</summary>
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "rope_type", "type", "rope_theta", "partial_rotary_factor", "factor", "original_max_position_embeddings",
        "attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "truncate", "short_factor", "long_factor",
        "low_freq_factor", "high_freq_factor", "mixed_b", "mrope_section", "finetuned",
    };

    /// <summary>Known names.</summary>
    public static IReadOnlyCollection<string> Known => Forms.Keys;

    /// <summary>Reads the form that the fields name.</summary>
    /// <exception cref="NotSupportedException">The form is not known.</exception>
    /// <exception cref="InvalidDataException">A parameter is missing, unknown or out of range.</exception>
    public static RotaryScaling Read(RotaryFields fields)
    {
        foreach (var key in fields.Keys.Where(k => !Keys.Contains(k)))
            throw fields.Error($"the key '{key}' is not known. Known: {string.Join(", ", Keys.Order(StringComparer.Ordinal))}");
        return Forms.TryGetValue(fields.Type, out var read)
            ? read(fields)
            : throw new NotSupportedException(
                $"{fields.Origin}: config.json's rope_type is '{fields.Type}'. Known: {string.Join(", ", Forms.Keys)}.");
    }
}
