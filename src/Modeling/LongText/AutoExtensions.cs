using ML.Extensions.Encoders;

namespace ML.Extensions.LongText;

/// <summary>What <see cref="ContextExtension.Auto"/> means for a model. The measurements behind it are in docs/LongText.md.</summary>
internal static class AutoExtensions
{
    /// <summary>The strategy and whether logits are scaled by log length.</summary>
    /// <param name="positions">How the model knows the order of its tokens.</param>
    /// <param name="pooling">Its pooling.</param>
    public static (ContextExtension Extension, bool LogLengthScaling) Choose(
        PositionKind positions, IReadOnlyList<PoolingMode> pooling) =>
        positions == PositionKind.Absolute && !pooling.Contains(PoolingMode.Cls)
            ? (ContextExtension.PositionInterpolation(), true)
            : (ContextExtension.ParallelWindows, false);
}
