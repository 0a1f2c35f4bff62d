using ML.Extensions.Tokenization;

namespace ML.Extensions.Generation;

/// <summary>
/// Ids to text, token by token: only whole characters come out, and never what may still become a stop text. Not for several
/// threads at once.
/// </summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="stops">Texts that end the answer; none of them is empty.</param>
internal sealed class AnswerText(TextTokenizer tokenizer, IReadOnlyList<string> stops)
{
    /// <summary>Tokens that can hold parts of one character: four bytes at most, and the next one's first.</summary>
    private const int MostUnfinished = 8;

    private readonly List<int> _ids = [];
    private int _context, _read; // ids decoded for context, ids whose text is out
    private string _held = "";

    /// <summary>Whether a stop text was met; nothing comes out any more.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes the next id.</summary>
    /// <returns>Text that is certain now; often empty.</returns>
    public string Add(int id)
    {
        _ids.Add(id);
        var (before, all) = (Decode(_context, _read), Decode(_context, _ids.Count));
        if (!all.StartsWith(before, StringComparison.Ordinal) || all.Length == before.Length
            || (all[^1] == '\uFFFD' && _ids.Count - _read < MostUnfinished))
            return "";
        (_context, _read) = (_read, _ids.Count);
        return Pass(all[before.Length..]);
    }

    /// <summary>Text that was held back, at the end of the answer.</summary>
    public string Finish()
    {
        var (before, all) = (Decode(_context, _read), Decode(_context, _ids.Count));
        var rest = all.StartsWith(before, StringComparison.Ordinal) ? all[before.Length..] : Decode(_read, _ids.Count);
        var passed = Pass(rest);
        if (Stopped)
            return passed;
        (var held, _held, Stopped) = (_held, "", true);
        return passed + held;
    }

    private string Decode(int from, int to) => from == to ? "" : tokenizer.Decode(_ids[from..to]);

    /// <summary>What of a new text can go out.</summary>
    private string Pass(string added)
    {
        if (Stopped)
            return "";
        if (stops.Count == 0)
            return added;
        var text = _held + added;
        var found = stops.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
        if (found >= 0)
        {
            (_held, Stopped) = ("", true);
            return text[..found];
        }

        var certain = text.Length - stops.Max(s => Beginning(text, s));
        _held = text[certain..];
        return text[..certain];
    }

    /// <summary>Length of the longest beginning of a stop text that the text ends with.</summary>
    private static int Beginning(string text, string stop)
    {
        for (var length = Math.Min(text.Length, stop.Length - 1); length > 0; length--)
            if (text.EndsWith(stop[..length], StringComparison.Ordinal))
                return length;
        return 0;
    }
}
