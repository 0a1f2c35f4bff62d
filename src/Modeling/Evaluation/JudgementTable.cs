using System.Globalization;

namespace ML.Extensions.Evaluation;

/// <summary>Judgements (qrels): which document answers which query, and how well.</summary>
/// <param name="gain">What a grade is worth.</param>
internal sealed class JudgementTable(RetrievalGain gain = RetrievalGain.Linear)
{
    private static readonly Dictionary<string, JudgedDocument> None = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Dictionary<string, JudgedDocument>> _queries = new(StringComparer.Ordinal);

    /// <summary>Judgements added.</summary>
    public int Count { get; private set; }

    /// <summary>Ids of the queries that have a judgement, of whatever grade.</summary>
    public IReadOnlyCollection<string> Queries => _queries.Keys;

    /// <summary>Adds one. A grade of 0 or less means: not relevant.</summary>
    /// <exception cref="ArgumentException">The pair is there already, the grade is no finite number, or the depth is outside 0 to 1.</exception>
    public void Add(string query, string document, double grade = 1, double? depth = null)
    {
        if (!double.IsFinite(grade) || (gain == RetrievalGain.Exponential && grade > 60))
            throw new ArgumentException($"Judgements: query '{query}', document '{document}' has the grade {Text(grade)}; a finite number is needed{(gain == RetrievalGain.Exponential ? ", at most 60" : "")}.");
        if (depth is { } d && !(d >= 0 && d <= 1))
            throw new ArgumentException($"Judgements: query '{query}', document '{document}' has the depth {Text(d)}; it goes from 0 (start of the document) to 1 (its end).");
        if (!_queries.TryGetValue(query, out var documents))
            _queries[query] = documents = new(StringComparer.Ordinal);
        var worth = grade <= 0 ? 0 : gain == RetrievalGain.Linear ? grade : Math.Pow(2, grade) - 1;
        if (!documents.TryAdd(document, new(worth, depth)))
            throw new ArgumentException($"Judgements: query '{query}', document '{document}' stands there twice.");
        Count++;

        static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Judged documents of a query by id; empty if it has none.</summary>
    public IReadOnlyDictionary<string, JudgedDocument> Of(string query) => _queries.GetValueOrDefault(query, None);

    /// <summary>Throws, or leaves out, judgements that name an unknown query or document.</summary>
    /// <param name="isQuery">Whether the queries hold an id.</param>
    /// <param name="isDocument">Whether the documents hold an id.</param>
    /// <param name="leaveOut">Leaves them out instead of throwing.</param>
    public void CheckIds(Func<string, bool> isQuery, Func<string, bool> isDocument, bool leaveOut)
    {
        foreach (var (query, documents) in _queries.ToArray())
        {
            if (!isQuery(query) && !leaveOut)
                throw Unknown("query", query);
            foreach (var document in documents.Keys.Where(d => !isDocument(d)).ToArray())
            {
                if (!leaveOut && isQuery(query))
                    throw Unknown("document", document);
                documents.Remove(document);
                Count--;
            }

            if (isQuery(query) && documents.Count > 0)
                continue;
            Count -= documents.Count;
            _queries.Remove(query);
        }
    }

    private static ArgumentException Unknown(string what, string id) => new(
        $"Judgements: the {what} '{id}' is not among the {(what == "query" ? "queries" : "documents")}. Check the ids, or set LeaveOutUnknownIds.");
}
