using System.Globalization;
using Microsoft.ML;
using ML.Extensions.GraphKv;

namespace ML.Extensions.Search;

/// <summary>Writes an answer as it grows, and behind it the sources with the attention that each got, and what the answer cost.</summary>
/// <param name="output">Where to.</param>
/// <param name="ml">The context.</param>
public sealed class AnswerWriter(TextWriter output, MLContext ml)
{
    /// <summary>Answers a question under one plan.</summary>
    /// <param name="question">The question.</param>
    /// <param name="sources">What it is answered from.</param>
    /// <param name="options">Model, plan, cache; whether shares are measured is decided here.</param>
    /// <param name="most">Most sources that are listed.</param>
    /// <param name="cancellation">Ends the answer within a token; what it had then is reported all the same.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task Write(string question, FoundSources sources, GraphKvAnswerOptions options, int most, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        var asked = options with { Columns = new() { Shares = options.Plan.HasShares ? "Shares" : null } };
        var none = ml.Data.LoadFromEnumerable<Row>([]);
        using var answerer = ml.Transforms.Text.AnswerWithGraphKv("Answer", nameof(Row.Question), nameof(Row.Segments), asked).Fit(none);
        GraphKvAnswer? ended = null;
        try
        {
            await output.WriteAsync(options.Plan.Name + ": ").ConfigureAwait(false);
            var begun = false;
            await foreach (var text in answerer.StreamAsync(question, sources.Segments, sources.Pairs, a => ended = a, cancellation).ConfigureAwait(false))
            {
                await output.WriteAsync(begun ? text : text.TrimStart()).ConfigureAwait(false);
                await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                begun |= !string.IsNullOrWhiteSpace(text);
            }
        }
        finally
        {
            await output.WriteLineAsync().ConfigureAwait(false);
            if (ended is { } answer)
                await Report(answer, sources, most).ConfigureAwait(false);
        }
    }

    private async Task Report(GraphKvAnswer answer, FoundSources sources, int most)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"  {answer.TokensReused:N0} tokens reused, {answer.TokensComputed:N0} computed, {answer.Prefill.TotalMilliseconds:N0} ms to the first token, {answer.KvBytes / 1e6:N1} MB of keys and values")).ConfigureAwait(false);
        foreach (var n in Enumerable.Range(0, sources.Ids.Length).OrderByDescending(n => answer.Shares?[n] ?? sources.Scores[n]).Take(most))
        {
            var share = answer.Shares is { } shares ? string.Create(CultureInfo.InvariantCulture, $"{100 * shares[n],5:F1} %") : "      -";
            var links = sources.Pairs.Where(p => p.Target == n).Select(p => sources.Ids[p.Source]).Distinct().ToArray();
            var from = links.Length == 0 ? "" : " <- " + string.Join(", ", links);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {share}  {sources.Ids[n]} ({sources.Scores[n]:F2}){from}")).ConfigureAwait(false);
        }
    }

    private sealed class Row
    {
        public string Question { get; set; } = "";

        public string[] Segments { get; set; } = [];
    }
}
