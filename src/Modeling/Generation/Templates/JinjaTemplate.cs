using ML.Extensions.Checkpoints;

namespace ML.Extensions.Generation;

/// <summary>
/// A template in the part of Jinja that chat templates use, rendered as Hugging Face's library renders it: trim_blocks,
/// lstrip_blocks, loop controls, no escaping. Templates are untrusted: they see the variables given and nothing else, and steps, text
/// and depth are bounded. Safe for several threads. Language: docs/Generation.md.
/// </summary>
internal sealed class JinjaTemplate
{
    private const int MostCharacters = 1 << 20;

    private readonly IReadOnlyList<TemplateStatement> _body;
    private readonly string _origin;

    private JinjaTemplate(IReadOnlyList<TemplateStatement> body, string origin) => (_body, _origin) = (body, origin);

    /// <summary>Reads a template.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="origin">Where it stands, for messages.</param>
    /// <exception cref="InvalidDataException">It breaks the language, or uses a part that is not known; the message has the line.</exception>
    public static JinjaTemplate Parse(string source, string origin)
    {
        if (source.Length > MostCharacters)
            throw CheckpointErrors.Unusable(origin, $"the template has {source.Length} characters; at most {MostCharacters} are read.");
        try
        {
            return new(TemplateParser.Parse(source), origin);
        }
        catch (TemplateError e)
        {
            throw new InvalidDataException($"{origin}: template, line {e.Line}: {e.Message}", e);
        }
    }

    /// <summary>Renders it.</summary>
    /// <param name="variables">What it sees; see <see cref="TemplateValues"/> for kinds of values.</param>
    /// <param name="time">The clock of strftime_now; null is the system's.</param>
    /// <exception cref="InvalidDataException">It fails; the message has the line.</exception>
    /// <exception cref="ArgumentException">It refuses the messages by raise_exception.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables, TimeProvider? time = null)
    {
        try
        {
            return TemplateRun.Render(_body, variables, time ?? TimeProvider.System);
        }
        catch (TemplateError e)
        {
            throw new InvalidDataException($"{_origin}: template, line {e.Line}: {e.Message}", e);
        }
        catch (TemplateRefusal e)
        {
            throw new ArgumentException($"{_origin}: the chat template refuses these messages (line {e.Line}): {e.Message}", e);
        }
    }
}
