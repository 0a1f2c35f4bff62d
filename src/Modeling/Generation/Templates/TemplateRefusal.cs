namespace ML.Extensions.Generation;

/// <summary>What a template says by raise_exception: these messages are not for it.</summary>
/// <param name="line">Line, from 1 on.</param>
/// <param name="what">The template's own words.</param>
internal sealed class TemplateRefusal(int line, string what) : Exception(what)
{
    /// <summary>Line, from 1 on.</summary>
    public int Line => line;
}
