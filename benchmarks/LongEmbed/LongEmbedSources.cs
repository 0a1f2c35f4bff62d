namespace ML.Extensions.Benchmarks;

/// <summary>Where LongEmbed's texts come from.</summary>
/// <param name="Data">Folder with retrieval/qmsum and retrieval/haystack_paul_graham.jsonl.gz.</param>
/// <param name="HaystackPath">Essays for the needle task; null means the data's.</param>
/// <param name="Dataset">The user's copy of the data set dwzhu/LongEmbed; null means none.</param>
internal sealed record LongEmbedSources(string Data, string? HaystackPath = null, string? Dataset = null)
{
    private Haystack? _haystack;

    /// <summary>Documents of a set; 0 means 100 for the synthetic tasks, all for the others.</summary>
    public int Documents { get; init; }

    /// <summary>Queries of a set; 0 means 50 for the synthetic tasks, all for the others.</summary>
    public int Queries { get; init; }

    /// <summary>The essays, read once.</summary>
    public Haystack Haystack => _haystack ??= Benchmarks.Haystack.Load(
        HaystackPath ?? Path.Combine(Data, "retrieval", "haystack_paul_graham.jsonl.gz"));

    /// <summary>Documents and queries of a synthetic set.</summary>
    public (int Documents, int Queries) Synthetic
    {
        get
        {
            var documents = Documents > 0 ? Documents : 100;
            var queries = Queries > 0 ? Queries : Math.Min(50, documents);
            return queries <= documents
                ? (documents, queries)
                : throw new ArgumentException($"{queries} queries need as many documents; there are {documents}.");
        }
    }
}
