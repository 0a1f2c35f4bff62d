using System.Globalization;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// A row for each measurement, written at once. A run that was ended goes on with its file: what a row holds is not measured again. The last column
/// has each query's ranking, as far as the measures need it: the place of its document (0 is none) and the number of the first document.
/// </summary>
internal sealed class LongEmbedCsv : IDisposable
{
    private const string Header =
        "task,model,strategy,tokens,draw,documents,queries,score,acc1,acc1_error,ndcg10,ndcg10_error,mrr10,largest_hub,acc1_quarter1,acc1_quarter2,acc1_quarter3,acc1_quarter4,seconds,rankings";

    private readonly ResumedCsv _file;
    private readonly Dictionary<string, (double Seconds, string Rankings)> _rows = new(StringComparer.Ordinal);

    /// <summary>Begins a file, or goes on with one; a row that was cut short is dropped.</summary>
    /// <exception cref="ArgumentException">The file has other columns.</exception>
    public LongEmbedCsv(string path)
    {
        _file = new(path, Header);
        foreach (var fields in _file.Rows)
            _rows[string.Join(',', fields[..^13])] = (double.Parse(fields[^2], CultureInfo.InvariantCulture), fields[^1]);
    }

    /// <summary>Rows that were there.</summary>
    public int Known => _rows.Count;

    /// <summary>A measurement that the file has; null if it must be made.</summary>
    /// <param name="task">Name of the task.</param>
    /// <param name="by">Who.</param>
    /// <param name="tokens">Length, or most tokens read.</param>
    /// <param name="draw">The draw; null for tasks that are read.</param>
    /// <param name="set">The same documents and queries.</param>
    public RetrievalOutcome? Find(string task, Contestant by, int tokens, LongEmbedDraw? draw, RetrievalSet set)
    {
        if (!_rows.TryGetValue(Key(task, by, tokens, draw, set.Documents.Count, set.Queries.Count), out var row))
            return null;
        var rankings = row.Rankings.Split(' ');
        if (rankings.Length != set.Queries.Count)
            return null;
        var judgements = set.Judgements();
        return new(by, tokens, new([.. rankings.Select((text, q) => Ranking(text, q, set, judgements))], 0), row.Seconds);
    }

    /// <summary>Appends a row; shares are 0 to 1, with a point. One that is there is left as it is.</summary>
    public void Write(LongEmbedResult result)
    {
        var key = Key(result.Task.Name, result.By, result.Tokens, result.Draw, result.Documents, result.Metrics.Queries.Count);
        var numbers = result.DocumentIds.Index().ToDictionary(d => d.Item, d => d.Index, StringComparer.Ordinal);
        var rankings = string.Join(' ', result.Metrics.Queries.Select(q => string.Create(CultureInfo.InvariantCulture, $"{q.FirstRelevantRank ?? 0}:{numbers[q.TopDocumentId!]}")));
        if (!_rows.TryAdd(key, (result.Outcome.Seconds, rankings)))
            return;
        var (acc, ndcg) = (result.Metrics.HitRate(1), result.Metrics.Ndcg(10));
        string[] values =
        [
            key, Share(result.Score), Share(acc.Value), Share(acc.StandardError), Share(ndcg.Value), Share(ndcg.StandardError),
            Share(result.Metrics.MeanReciprocalRank(10).Value), Share(result.Metrics.LargestHub),
            .. LongEmbedReport.Quarters(result.Metrics).Select(q => q is { } v ? Share(v) : ""),
            result.Outcome.Seconds.ToString("F1", CultureInfo.InvariantCulture), rankings,
        ];
        _file.Write(string.Join(',', values));

        static string Share(double value) => double.IsNaN(value) ? "" : value.ToString("F4", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Key(string task, Contestant by, int tokens, LongEmbedDraw? draw, int documents, int queries)
    {
        var model = by.Model.Contains(',', StringComparison.Ordinal) ? $"\"{by.Model}\"" : by.Model;
        return string.Create(CultureInfo.InvariantCulture, $"{task},{model},{by.Strategy},{(tokens == 0 ? "all" : tokens)},{draw},{documents},{queries}");
    }

    /// <summary>A ranking with the same measures: every query of these tasks has one document.</summary>
    private static QueryRanking Ranking(string text, int query, RetrievalSet set, JudgementTable judgements)
    {
        var (place, first) = (int.Parse(text.Split(':')[0], CultureInfo.InvariantCulture), int.Parse(text.Split(':')[1], CultureInfo.InvariantCulture));
        var ranked = new string[Math.Min(RetrievalRun.Depth, set.Documents.Count)];
        Array.Fill(ranked, ""); // documents that no measure asks for
        ranked[0] = set.DocumentIds[first];
        if (place > 0)
            ranked[place - 1] = set.DocumentIds[set.Relevant[query].Single()];
        return new(set.QueryIds[query], ranked, judgements.Of(set.QueryIds[query]), set.Documents.Count <= RetrievalRun.Depth);
    }
}
