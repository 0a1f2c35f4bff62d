using System.Text.RegularExpressions;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// BM25 as a sanity baseline: lower case, tokens \w+, no stemming, no stop words, idf = ln(1 + (N - df + 0.5)/(df + 0.5));
/// a repeated query term counts each time.
/// </summary>
internal sealed partial class Bm25
{
    private readonly Dictionary<string, List<(int Document, int Count)>> _postings = new(StringComparer.Ordinal);
    private readonly int[] _lengths;
    private readonly double _meanLength;
    private readonly double _k1;
    private readonly double _b;

    public Bm25(IReadOnlyList<string> documents, double k1 = 0.9, double b = 0.4)
    {
        (_k1, _b) = (k1, b);
        _lengths = new int[documents.Count];
        for (var d = 0; d < documents.Count; d++)
        {
            var terms = Terms(documents[d]).ToArray();
            _lengths[d] = terms.Length;
            foreach (var (term, count) in terms.CountBy(t => t, StringComparer.Ordinal))
            {
                if (!_postings.TryGetValue(term, out var list))
                    _postings[term] = list = [];
                list.Add((d, count));
            }
        }

        _meanLength = _lengths.Length == 0 ? 0 : _lengths.Average();
    }

    /// <summary>Score of every document for a query.</summary>
    public double[] Score(string query)
    {
        var scores = new double[_lengths.Length];
        foreach (var term in Terms(query))
        {
            if (!_postings.TryGetValue(term, out var list))
                continue;
            var idf = Math.Log(1 + ((_lengths.Length - list.Count + 0.5) / (list.Count + 0.5)));
            foreach (var (document, count) in list)
            {
                var norm = _k1 * (1 - _b + (_b * _lengths[document] / _meanLength));
                scores[document] += idf * count * (_k1 + 1) / (count + norm);
            }
        }

        return scores;
    }

    private static IEnumerable<string> Terms(string text)
    {
        foreach (Match match in Word().Matches(text.ToLowerInvariant()))
            yield return match.Value;
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
