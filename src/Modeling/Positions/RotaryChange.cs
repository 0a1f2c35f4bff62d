namespace ML.Extensions.Positions;

/// <summary>What a strategy changes of a model's rotary positions, for one sequence.</summary>
internal abstract record RotaryChange
{
    private RotaryChange()
    {
    }

    /// <summary>The changed form.</summary>
    public abstract RotaryConfig Of(RotaryConfig own);

    /// <summary>A base times λ. Source: LongEmbed, arXiv 2404.12096, table 6.</summary>
    /// <param name="Lambda">λ; at least 1.</param>
    internal sealed record LargerBase(double Lambda) : RotaryChange
    {
        /// <inheritdoc/>
        public override RotaryConfig Of(RotaryConfig own) => own with { Base = own.Base * Lambda };
    }

    /// <summary>
    /// NTK-aware: b' = b·s^(dim/(dim-2)), so that slow rotations stretch and fast ones stay. The first frequency stays 1 and
    /// the last is divided by s. Source: YaRN, arXiv 2309.00071, section 3.1.
    /// </summary>
    /// <param name="Factor">s; at least 1.</param>
    internal sealed record NtkAware(double Factor) : RotaryChange
    {
        /// <inheritdoc/>
        public override RotaryConfig Of(RotaryConfig own) =>
            own with { Base = RotaryScaling.Stretched(own.Dimension, own.Base, Factor) };
    }

    /// <summary>Another form, of the same base.</summary>
    /// <param name="Scaling">The form.</param>
    internal sealed record Form(RotaryScaling Scaling) : RotaryChange
    {
        /// <inheritdoc/>
        public override RotaryConfig Of(RotaryConfig own) => own with { Scaling = Scaling };
    }
}
