namespace ML.Extensions.GraphKv;

/// <summary>APE: parallel windows that see the prefix, weighed by a temperature and a scale.</summary>
/// <param name="Temperature">T.</param>
/// <param name="Scale">S.</param>
internal sealed record AdaptiveParallelPlan(double Temperature, double Scale) : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"ape({Temperature}, {Scale})");

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        var layout = new ParallelWindowsPlan { SegmentsSeePrefix = true }.Lay(input);
        return Temperature == 1 && Scale == 1 ? layout : layout with { Temper = new(Temperature, Scale) };
    }
}
