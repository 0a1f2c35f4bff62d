using System.Diagnostics;
using System.Text.RegularExpressions;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>
/// An expression of a file: without backtracking where it can be, else with a limit of time. Characters beyond U+FFFF
/// are seen as one of the same general category below, so that .NET, which knows UTF-16 units only, classes them right.
/// </summary>
internal sealed class RegexPattern : TextPattern
{
    private const int MaxLength = 8_192;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly Regex _regex;
    private readonly string _origin;
    private readonly string _expression;

    /// <summary>Takes an expression in Oniguruma's syntax.</summary>
    /// <exception cref="InvalidDataException">It breaks the syntax or is too long.</exception>
    /// <exception cref="NotSupportedException">It uses what .NET's expressions cannot say.</exception>
    public RegexPattern(string expression, string origin)
    {
        (_expression, _origin) = (expression, origin);
        if (expression.Length > MaxLength)
            throw CheckpointErrors.Unusable(origin, $"a regular expression has {expression.Length} characters; at most {MaxLength} are read.");
        var translated = new OnigurumaTranslator(expression, origin).Translate();
        try
        {
            _regex = Make(translated);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{origin}: the regular expression '{expression}' is wrong: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var first = matches.Count;
        var shadow = AstralShadow.Create(text);
        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var match in _regex.EnumerateMatches(shadow.IsPlain ? text : shadow.Text))
            {
                matches.Add((match.Index, match.Index + match.Length));
                if (Stopwatch.GetElapsedTime(started) > Limit)
                    throw TooSlow(text.Length, null);
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw TooSlow(text.Length, e);
        }

        for (var i = first; !shadow.IsPlain && i < matches.Count; i++)
            matches[i] = (shadow.Place(matches[i].Start), shadow.Place(matches[i].End));
    }

    private static Regex Make(string translated)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.Multiline;
        try
        {
            return new(translated, Options | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException) // look-around, atomic groups, references
        {
            return new(translated, Options, Limit);
        }
    }

    private InvalidDataException TooSlow(int length, Exception? inner) => new(
        $"{_origin}: the regular expression '{_expression}' took more than {Limit.TotalSeconds} seconds on a text of {length} characters.", inner);
}
