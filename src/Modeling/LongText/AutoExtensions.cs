using ML.Extensions.Encoders;

namespace ML.Extensions.LongText;

/// <summary>What <see cref="ContextExtension.Auto"/> means for a model. The measurements behind it are in docs/LongText.md.</summary>
internal static class AutoExtensions
{
    /// <summary>The strategy and whether logits are scaled by log length.</summary>
    /// <param name="encoder">The model.</param>
    /// <param name="chunks">Whether late chunks are wanted: they tell a text's places apart where windows are encoded by themselves.</param>
    public static (ContextExtension Extension, bool LogLengthScaling) Choose(TextEncoder encoder, bool chunks) =>
        encoder.Positions switch
        {
            PositionKind.Rotary when encoder.Rotary is { DependsOnLength: true } || encoder.AllLayersSlide => (ContextExtension.Plain, false), // made for any length
            PositionKind.Rotary when encoder.Causal => (ContextExtension.Ntk(), false),
            PositionKind.Rotary => chunks ? (ContextExtension.ParallelWindows, false) : (ContextExtension.SelfExtend(), true),
            PositionKind.Linear => (ContextExtension.Plain, false),
            _ => (ContextExtension.ParallelWindows, false),
        };
}
