using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>A row for each measurement, written at once, so that a run that is ended keeps what it has.</summary>
internal sealed class LongEmbedCsv : IDisposable
{
    private const string Header =
        "task,model,strategy,tokens,draw,documents,queries,score,acc1,acc1_error,ndcg10,ndcg10_error,mrr10,largest_hub,acc1_quarter1,acc1_quarter2,acc1_quarter3,acc1_quarter4,seconds";

    private readonly StreamWriter _writer;

    /// <summary>Begins a file; an old one is replaced.</summary>
    public LongEmbedCsv(string path)
    {
        _writer = new(path) { AutoFlush = true };
        _writer.WriteLine(Header);
    }

    /// <summary>Appends a row; shares are 0 to 1, with a point.</summary>
    public void Write(LongEmbedResult result)
    {
        var (acc, ndcg) = (result.Metrics.HitRate(1), result.Metrics.Ndcg(10));
        object?[] values =
        [
            result.Task.Name, result.By.Model.Contains(',', StringComparison.Ordinal) ? $"\"{result.By.Model}\"" : result.By.Model,
            result.By.Strategy, result.Tokens == 0 ? "all" : result.Tokens, result.Draw, result.Documents, result.Metrics.Queries.Count,
            Share(result.Score), Share(acc.Value), Share(acc.StandardError), Share(ndcg.Value), Share(ndcg.StandardError),
            Share(result.Metrics.MeanReciprocalRank(10).Value), Share(result.Metrics.LargestHub),
            .. LongEmbedReport.Quarters(result.Metrics).Select(q => q is { } v ? Share(v) : null),
            result.Outcome.Seconds.ToString("F1", CultureInfo.InvariantCulture),
        ];
        _writer.WriteLine(string.Join(',', values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))));

        static string Share(double value) => double.IsNaN(value) ? "" : value.ToString("F4", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
