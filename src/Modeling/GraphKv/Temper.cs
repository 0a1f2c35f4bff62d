namespace ML.Extensions.GraphKv;

/// <summary>
/// How question and answer weigh the segments: their queries are divided by T (so that T stands inside a soft cap), and the logarithm of their summed weight is
/// multiplied by S·T. 1 and 1 is plain attention. Source: APE, arXiv 2502.05431.
/// </summary>
/// <param name="Temperature">T, above 0; below 1 sharpens.</param>
/// <param name="Scale">S, above 0.</param>
internal sealed record Temper(double Temperature, double Scale);
