namespace ML.Extensions.Transformers;

/// <summary>Changes that families make to the spec of another.</summary>
internal static class SpecChanges
{
    /// <summary>Each layer changed by a rule, which is told its number.</summary>
    public static TransformerSpec EachLayer(this TransformerSpec spec, Func<LayerSpec, int, LayerSpec> change) =>
        spec with { Blocks = [.. spec.Blocks.Select(change)] };

    /// <summary>Each layer's attention changed by a rule, which is told its number.</summary>
    public static TransformerSpec EachAttention(this TransformerSpec spec, Func<AttentionSpec, int, AttentionSpec> change) =>
        spec.EachLayer((layer, n) => layer with { Attention = change(layer.Attention, n) });

    /// <summary>
    /// Layers that layer_types, else a rule, calls sliding see the last sliding_window tokens, the own one included. Without
    /// a sliding_window none slides.
    /// </summary>
    public static TransformerSpec Sliding(this TransformerSpec spec, ModelConfig config, Func<int, bool> rule)
    {
        var sliding = config.Sliding(spec.Layers, rule);
        var window = config.Size("sliding_window", int.MaxValue, 0);
        return window == 0 ? spec : spec.EachAttention((a, n) => sliding[n] ? a with { Reach = window - 1 } : a);
    }
}
