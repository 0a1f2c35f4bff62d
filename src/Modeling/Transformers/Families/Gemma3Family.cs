using ML.Extensions.Positions;

namespace ML.Extensions.Transformers.Families;

/// <summary>
/// Gemma 3: Gemma 2 with query and key norms in place of capped logits; most layers slide and have a rotary base of their
/// own. With use_bidirectional_attention it is EmbeddingGemma's encoder. Source: arXiv 2503.19786, 2509.20354.
/// </summary>
internal static class Gemma3Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var bases = new RotaryDefaults(Base: 1_000_000, LocalBase: 10_000);
        var (whole, local) = (config.Rotary("full_attention", bases), config.Rotary("sliding_attention", bases));
        var pattern = config.Size("sliding_window_pattern", int.MaxValue, config.Size("_sliding_window_pattern", int.MaxValue, 6));
        var sliding = config.Sliding(config.Layers(), n => (n + 1) % pattern != 0);
        var bidirectional = config.Flag("use_bidirectional_attention", false);
        var window = config.Size("sliding_window", int.MaxValue, 4096);
        var spec = Gemma2Family.Common(config, whole).EachAttention((a, n) => a with
        {
            QueryNorm = Norm(config, a, $"layers.{n}.self_attn.q_norm"),
            KeyNorm = Norm(config, a, $"layers.{n}.self_attn.k_norm"),
            SoftCap = Gemma2Family.Cap(config, "attn_logit_softcapping"),
            Causal = !bidirectional,
            Positions = sliding[n] ? local : whole,
            Reach = !sliding[n] ? null : bidirectional ? window / 2 : window - 1,
        });
        return spec with { Head = spec.Head! with { SoftCap = Gemma2Family.Cap(config, "final_logit_softcapping") } };
    }

    private static NormSpec Norm(ModelConfig config, AttentionSpec attention, string name) =>
        LlamaFamily.Norm(config, name) with { Width = attention.HeadWidth, Offset = 1 };
}
