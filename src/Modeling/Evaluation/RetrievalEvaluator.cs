namespace ML.Extensions.Evaluation;

/// <summary>
/// Ranks documents for every query, document by document: memory is that of the queries, of <c>Depth</c> places for each, and
/// of one block of documents, however many documents there are.
/// </summary>
internal sealed class RetrievalEvaluator
{
    private const int BlockRows = 512;

    private readonly RetrievalSettings _settings;
    private readonly string[] _ids;
    private readonly float[][] _queries;
    private readonly TopDocuments[] _top;
    private readonly HashSet<string> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _lengths = new(StringComparer.Ordinal);
    private readonly List<(string Id, float[] Vector)> _block = new(BlockRows);

    /// <summary>Takes the queries.</summary>
    /// <exception cref="ArgumentException">There are none, an id is there twice, or dimensions differ.</exception>
    public RetrievalEvaluator(IEnumerable<EmbeddingRow> queries, RetrievalSettings settings)
    {
        _settings = settings;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var vectors = new List<float[]>();
        var ids = new List<string>();
        foreach (var row in queries)
        {
            if (!seen.Add(row.Id))
                throw new ArgumentException($"Queries: the id '{row.Id}' stands there twice.");
            if (vectors.Count > 0 && row.Vector.Length != vectors[0].Length)
                throw new ArgumentException($"Queries: the embedding of '{row.Id}' has {row.Vector.Length} dimensions, the ones before have {vectors[0].Length}.");
            ids.Add(row.Id);
            vectors.Add(VectorScore.Prepare(settings.Similarity, row, "query"));
        }

        if (ids.Count == 0)
            throw new ArgumentException("Queries: there are no rows.");
        (_ids, _queries) = ([.. ids], [.. vectors]);
        _top = [.. _ids.Select(_ => new TopDocuments(settings.Depth))];
    }

    /// <summary>Ranks one more document.</summary>
    /// <exception cref="ArgumentException">Its id is there already, or its dimensions are not the queries'.</exception>
    public void Add(EmbeddingRow document)
    {
        if (!_documents.Add(document.Id))
            throw new ArgumentException($"Documents: the id '{document.Id}' stands there twice.");
        if (document.Vector.Length != _queries[0].Length)
            throw new ArgumentException($"Documents: the embedding of '{document.Id}' has {document.Vector.Length} dimensions, the queries' have {_queries[0].Length}. Embed both with one model.");
        if (document.Length is { } length)
            _lengths.Add(document.Id, length);
        _block.Add((document.Id, VectorScore.Prepare(_settings.Similarity, document, "document")));
        if (_block.Count == BlockRows)
            Rank();
    }

    /// <summary>Compares the rankings with judgements.</summary>
    /// <exception cref="ArgumentException">There are no documents or no judgements, or a judgement names an unknown id.</exception>
    public RetrievalMetrics Finish(JudgementTable judgements)
    {
        Rank();
        if (_documents.Count == 0)
            throw new ArgumentException("Documents: there are no rows.");
        if (judgements.Count == 0)
            throw new ArgumentException("Judgements: there are no rows.");
        var known = _ids.ToHashSet(StringComparer.Ordinal);
        judgements.CheckIds(known.Contains, _documents.Contains, _settings.LeaveOutUnknownIds);
        if (judgements.Count == 0)
            throw new ArgumentException("Judgements: none names a query and a document that are both there.");
        var rankings = new List<QueryRanking>();
        for (var q = 0; q < _ids.Length; q++)
        {
            var judged = judgements.Of(_ids[q]);
            if (judged.Count > 0)
                rankings.Add(new(_ids[q], _top[q].Take(), judged, _top[q].Offered <= _settings.Depth, _lengths.Count > 0 ? _lengths : null));
        }

        return new(rankings, _ids.Length - rankings.Count);
    }

    private void Rank()
    {
        Parallel.For(0, _queries.Length, q =>
        {
            foreach (var (id, vector) in _block)
            {
                if (!_settings.SkipIdenticalIds || !string.Equals(id, _ids[q], StringComparison.Ordinal))
                    _top[q].Offer(id, VectorScore.Of(_settings.Similarity, _queries[q], vector));
            }
        });
        _block.Clear();
    }
}
