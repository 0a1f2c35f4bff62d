using System.Diagnostics;
using System.Globalization;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Search;

/// <summary>A progress bar on one line of a terminal; where the output is a file, a plain line now and then.</summary>
public sealed class ProgressLine(TextWriter output, bool redirected)
{
    private const int Width = 30;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan InFile = TimeSpan.FromSeconds(5);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan? _shown;

    /// <summary>On standard error.</summary>
    public static ProgressLine OnError() => new(Console.Error, Console.IsErrorRedirected);

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Shows how far indexing is.</summary>
    public void Report(IndexProgress at)
    {
        if (!at.Ended)
            Report(at.Share, at.Documents, at.Tokens);
        else
            End(string.Create(CultureInfo.InvariantCulture, $"Indexed {at.Documents:N0} of {at.Changed:N0} documents, {at.Tokens:N0} tokens, in {Elapsed.TotalSeconds:F1} s."));
    }

    /// <summary>Shows how far the work is, if it is time to.</summary>
    /// <param name="share">From 0 to 1; null where the whole is not known.</param>
    /// <param name="documents">Documents done.</param>
    /// <param name="tokens">Tokens done.</param>
    public void Report(double? share, long documents, long tokens)
    {
        if (_shown is { } last && share is not 1 && _clock.Elapsed - last < (redirected ? InFile : OnTerminal))
            return;
        _shown = _clock.Elapsed;
        var speed = tokens / _clock.Elapsed.TotalSeconds;
        var counts = string.Create(CultureInfo.InvariantCulture, $"{documents:N0} documents, {speed:N0} tokens a second");
        var line = share is { } s
            ? string.Create(CultureInfo.InvariantCulture, $"[{Bar(s)}] {s * 100:F0}%, {counts}, {Left(s)} left")
            : counts;
        output.Write(redirected ? line + Environment.NewLine : "\r" + line + "   ");
    }

    /// <summary>Ends the line.</summary>
    public void End(string message)
    {
        if (_shown is not null && !redirected)
            output.WriteLine();
        output.WriteLine(message);
    }

    private static string Bar(double share) => new string('#', (int)(share * Width)).PadRight(Width, '.');

    private string Left(double share) => share <= 0
        ? "?" : (_clock.Elapsed * ((1 - share) / share)).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
