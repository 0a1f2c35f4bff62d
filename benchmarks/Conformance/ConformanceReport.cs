using System.Globalization;
using System.Text;

namespace ML.Extensions.Benchmarks;

/// <summary>The report as a page: a table an area.</summary>
internal static class ConformanceReport
{
    private const int LongestReason = 200;

    /// <summary>Writes the page.</summary>
    public static string Page(IReadOnlyList<ConformanceCase> cases)
    {
        var page = new StringBuilder("""
            # Conformance

            Every case of the goldens through our own code, written by

                dotnet run -c Release --project benchmarks -- conformance

            The goldens are what the reference libraries give (transformers 5.24.0, tokenizers 0.23.3, sentencepiece 0.2.3, sentence-transformers 6.2.0) on small random checkpoints. Models and layouts: hidden states of every run, logits and greedy ids of decoders, within 2e-5; the pooler's output is not compared, as no embedding uses it. Tokenizers: ids, places and decoded texts, equal. Folders: every call of sentence-transformers (prompts, dimensions, normalisation, codes, similarities) within 1e-5. The largest error is the largest absolute difference seen.

            """.ReplaceLineEndings("\n"));
        foreach (var area in cases.GroupBy(c => c.Area))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {area.Key}: {area.Count(c => c.Passed)} of {area.Count()} pass\n\n");
            page.Append("| case | compared | largest error | result |\n|---|---|---|---|\n");
            foreach (var c in area)
                page.Append(CultureInfo.InvariantCulture, $"| {c.Name} | {c.Checked:N0} | {(c.Error is { } e ? e.ToString("0.0e+0", CultureInfo.InvariantCulture) : "")} | {(c.Passed ? "passed" : "failed: " + Reason(c.Why!))} |\n");
        }

        return page.ToString();
    }

    private static string Reason(string why)
    {
        why = why.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
        return why.Length <= LongestReason ? why : why[..LongestReason] + " …";
    }
}
