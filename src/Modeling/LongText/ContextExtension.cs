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

    /// <summary>Positions go on beyond the window as they are. For models without a table of positions: rotary, ALiBi, T5.</summary>
    public static ContextExtension Plain { get; } = new PlainExtension();

    /// <summary>
    /// NTK (LongEmbed): the rotary base times λ, for texts beyond the window. Source: arXiv 2404.12096, table 6; there λ also
    /// applies to short texts.
    /// </summary>
    /// <param name="lambda">λ, at least 1; null is the paper's, for s = ceil(length / window) up to 2, 4, 8: 3, 5, 10, then 20, 40, …</param>
    /// <exception cref="ArgumentOutOfRangeException">λ is below 1.</exception>
    public static ContextExtension Ntk(double? lambda = null) => new NtkExtension(AtLeast1(lambda, nameof(lambda)));

    /// <summary>NTK-aware: the rotary base times s^(d/(d-2)), the textbook's rule. Source: YaRN, arXiv 2309.00071, section 3.1.</summary>
    /// <param name="factor">s, at least 1; null means the smallest that fits the text, ceil(length / window).</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public static ContextExtension NtkAware(double? factor = null) => new NtkAwareExtension(AtLeast1(factor, nameof(factor)));

    /// <summary>Dynamic NTK: the rotary base times (s·n/L - (s - 1))^(d/(d-2)) for a text of n tokens and a window of L.</summary>
    /// <param name="factor">s, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public static ContextExtension DynamicNtk(double factor = 1) => new DynamicNtkExtension(AtLeast1(factor, nameof(factor))!.Value);

    /// <summary>YaRN: slow rotations are interpolated, fast ones stay, logits grow with ln s. Source: arXiv 2309.00071.</summary>
    /// <param name="factor">s, at least 1; null means the smallest that fits the text, ceil(length / window).</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public static ContextExtension Yarn(double? factor = null) => new YarnExtension(AtLeast1(factor, nameof(factor)));

    /// <summary>LongRoPE: each rotation is slowed by a factor of its own. Source: arXiv 2402.13753.</summary>
    /// <param name="factors">One factor above 0 for each pair of a head; null means those of the model's config.json.</param>
    /// <exception cref="ArgumentException">A factor is not above 0.</exception>
    public static ContextExtension LongRope(IReadOnlyList<double>? factors = null) =>
        factors is null || factors.All(f => double.IsFinite(f) && f > 0)
            ? new LongRopeExtension(factors) : throw new ArgumentException("Every factor has to be above 0.", nameof(factors));

    /// <summary>
    /// SelfExtend: tokens nearer than w see each other as trained, others by groups of g. For rotary models, bidirectional or
    /// causal. Source: arXiv 2401.01325; LongEmbed, arXiv 2404.12096.
    /// </summary>
    /// <param name="group">g, at least 1; null is s + 1 with s = length / window, rounded up to a power of 2.</param>
    /// <param name="window">w, at least 1; null is the model's window / s.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static ContextExtension SelfExtend(int? group = null, int? window = null) =>
        new SelfExtendExtension((int?)AtLeast1(group, nameof(group)), (int?)AtLeast1(window, nameof(window)));

    /// <summary>
    /// Name in messages and in the ExtensionUsed column: "none", "auto", "pcw", "gp", "rp", "pi", "plain", "ntk", "ntk-aware",
    /// "dynamic", "yarn", "longrope" or "se".
    /// </summary>
    public abstract string Name { get; }

    private static double? AtLeast1(double? value, string name) => value is null || (double.IsFinite(value.Value) && value >= 1)
        ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");

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

    /// <summary>See <see cref="Plain"/>.</summary>
    public sealed record PlainExtension : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "plain";
    }

    /// <summary>See <see cref="Ntk(double?)"/>.</summary>
    /// <param name="Lambda">λ; null fits it to each text.</param>
    public sealed record NtkExtension(double? Lambda) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "ntk";
    }

    /// <summary>See <see cref="NtkAware(double?)"/>.</summary>
    /// <param name="Factor">s; null fits it to each text.</param>
    public sealed record NtkAwareExtension(double? Factor) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "ntk-aware";
    }

    /// <summary>See <see cref="DynamicNtk(double)"/>.</summary>
    /// <param name="Factor">s.</param>
    public sealed record DynamicNtkExtension(double Factor) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "dynamic";
    }

    /// <summary>See <see cref="Yarn(double?)"/>.</summary>
    /// <param name="Factor">s; null fits it to each text.</param>
    public sealed record YarnExtension(double? Factor) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "yarn";
    }

    /// <summary>See <see cref="LongRope(IReadOnlyList{double}?)"/>.</summary>
    /// <param name="Factors">One for each pair of a head; null means the model's own.</param>
    public sealed record LongRopeExtension(IReadOnlyList<double>? Factors) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "longrope";
    }

    /// <summary>See <see cref="SelfExtend(int?, int?)"/>.</summary>
    /// <param name="Group">g; null fits it to each text.</param>
    /// <param name="Window">w; null fits it to each text.</param>
    public sealed record SelfExtendExtension(int? Group, int? Window) : ContextExtension
    {
        /// <inheritdoc/>
        public override string Name => "se";
    }
}
