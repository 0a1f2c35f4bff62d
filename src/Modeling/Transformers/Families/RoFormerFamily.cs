namespace ML.Extensions.Transformers.Families;

/// <summary>
/// RoFormer, the first model with rotary positions: BERT whose queries and keys are turned, neighbours 2j and 2j+1 together. The
/// sines that its files hold as encoder.embed_positions are computed, not read. Source: arXiv 2104.09864.
/// </summary>
internal static class RoFormerFamily
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        config.Expect("rotary_value", false); // turned values, too
        config.Expect("is_decoder", false);
        return BertFamily.Read(config, "roformer", config.Rotary() with { Interleaved = true });
    }
}
