namespace ML.Extensions.Transformers;

/// <summary>Norms around a part f of a layer: Behind(x + Multiplier · Inner(f(Before(x)))); a null norm changes nothing.</summary>
/// <param name="Before">Norm of the part's input (pre-norm).</param>
/// <param name="Inner">Norm of the part's output, before the residual is added.</param>
/// <param name="Behind">Norm of the sum (post-norm).</param>
internal sealed record ResidualSpec(NormSpec? Before = null, NormSpec? Inner = null, NormSpec? Behind = null)
{
    /// <summary>Factor on what is added to the residual. Granite: residual_multiplier.</summary>
    /// <value>Default: 1.</value>
    public double Multiplier { get; init; } = 1;
}
