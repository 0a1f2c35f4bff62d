namespace ML.Extensions.LongText;

/// <summary>
/// How a text longer than the model's trained window gets its positions. Texts within the window give the original
/// model's embedding under every strategy. Source: LongEmbed, arXiv 2404.12096, section 4.
/// </summary>
public abstract record ContextExtension
{
    private ContextExtension()
    {
    }

    /// <summary>What measurements say is best for the model (docs/LongText.md has the table).</summary>
    public static ContextExtension Auto { get; } = new AutoExtension();

    /// <summary>No extension: a text beyond the window is cut there, or refused, as the options say.</summary>
    public static ContextExtension None { get; } = new NoExtension();

    /// <summary>Parallel context windows (PCW): chunks of the window's size are embedded apart and averaged.</summary>
    public static ContextExtension ParallelWindows { get; } = new ParallelWindowsExtension();

    /// <summary>Grouped positions (GP): position p becomes floor(p / s).</summary>
    /// <param name="factor">s; null means the smallest that fits the text, ceil(length / window).</param>
    public static ContextExtension GroupedPositions(int? factor = null) => new GroupedPositionsExtension(factor);

    /// <summary>Recurrent positions (RP): position p becomes p mod window.</summary>
    /// <param name="skipFirst">Whether later rounds leave out position 0, which [CLS] owns.</param>
    public static ContextExtension RecurrentPositions(bool skipFirst = false) => new RecurrentPositionsExtension(skipFirst);

    /// <summary>Position interpolation (PI): position p becomes p / s, between two trained positions.</summary>
    /// <param name="factor">s; null means the smallest that fits the text, ceil(length / window).</param>
    public static ContextExtension PositionInterpolation(int? factor = null) => new PositionInterpolationExtension(factor);

    /// <summary>Name in messages and in the ExtensionUsed column: "pcw", "gp", "rp", "pi", "none" or "auto".</summary>
    public abstract string Name { get; }

    /// <summary>See <see cref="Auto"/>.</summary>
    public sealed record AutoExtension : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "auto";
    }

    /// <summary>See <see cref="None"/>.</summary>
    public sealed record NoExtension : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "none";
    }

    /// <summary>See <see cref="ParallelWindows"/>.</summary>
    public sealed record ParallelWindowsExtension : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "pcw";
    }

    /// <summary>See <see cref="GroupedPositions(int?)"/>.</summary>
    /// <param name="Factor">Group size s; null fits it to each text.</param>
    public sealed record GroupedPositionsExtension(int? Factor) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "gp";
    }

    /// <summary>See <see cref="RecurrentPositions(bool)"/>.</summary>
    /// <param name="SkipFirst">Whether later rounds leave out position 0.</param>
    public sealed record RecurrentPositionsExtension(bool SkipFirst) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "rp";
    }

    /// <summary>See <see cref="PositionInterpolation(int?)"/>.</summary>
    /// <param name="Factor">Divisor s; null fits it to each text.</param>
    public sealed record PositionInterpolationExtension(int? Factor) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "pi";
    }
}
