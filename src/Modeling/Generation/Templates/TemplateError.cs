namespace ML.Extensions.Generation;

/// <summary>What is wrong in a template, and on which line.</summary>
/// <param name="line">Line, from 1 on.</param>
/// <param name="what">What is wrong, as a sentence.</param>
internal sealed class TemplateError(int line, string what) : Exception(what)
{
    /// <summary>Line, from 1 on.</summary>
    public int Line => line;
}
