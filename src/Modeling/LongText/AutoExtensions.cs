using ML.Extensions.Encoders;

namespace ML.Extensions.LongText;

/// <summary>What <see cref="ContextExtension.Auto"/> means for a model. The measurements behind it are in docs/LongText.md.</summary>
internal static class AutoExtensions
{
    /// <summary>The strategy and whether logits are scaled by log length.</summary>
    /// <param name="encoder">The model.</param>
    public static (ContextExtension Extension, bool LogLengthScaling) Choose(TextEncoder encoder) =>
        encoder.Positions switch
        {
            PositionKind.Rotary when encoder.Rotary is { DependsOnLength: true } || encoder.AllLayersSlide => (ContextExtension.Plain, false), // made for any length
            PositionKind.Rotary when encoder.Causal => (ContextExtension.Ntk(), false),
            PositionKind.Rotary => (ContextExtension.SelfExtend(), true),
            PositionKind.Linear => (ContextExtension.Plain, false),
            _ => (ContextExtension.ParallelWindows, false),
        };
}
