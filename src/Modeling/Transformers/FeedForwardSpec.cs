namespace ML.Extensions.Transformers;

/// <summary>The feed-forward part of a layer: Down(a(Up(x))), or gated Down(a(gate) · up) with gate and up the halves of Up(x).</summary>
/// <param name="Up">[F, D]; gated [2F, D], the gate's rows first.</param>
/// <param name="Down">[D, F].</param>
/// <param name="Activation">a, by its name in config.json.</param>
/// <param name="Gated">Whether there is a gate. Source: GLU variants, arXiv 2002.05202.</param>
internal sealed record FeedForwardSpec(ProjectionSpec Up, ProjectionSpec Down, string Activation, bool Gated);
