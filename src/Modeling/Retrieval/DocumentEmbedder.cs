using System.Globalization;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Retrieval;

/// <summary>
/// Embeds documents and questions for an index: whole texts in windows of the model's length, whose mean they are (PCW), what the first
/// window holds, and short pieces by themselves; questions behind the model's prompt named "query", if it has one.
/// </summary>
public sealed class DocumentEmbedder : IDisposable
{
    internal const int ChunkTokens = 128;
    private readonly LongTextEmbedder _query;
    private readonly Lazy<LongTextEmbedder> _whole;

    /// <summary>Opens a model; for documents when the first is embedded.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidDataException">A file of the model is missing or wrong; the message names it.</exception>
    /// <exception cref="NotSupportedException">The architecture is not known.</exception>
    public DocumentEmbedder(EmbeddingModel model)
        : this(model, ComputeDevice.Cpu)
    {
    }

    internal DocumentEmbedder(EmbeddingModel model, ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(model);
        var checkpoint = EmbeddingCheckpoints.Open(model);
        _query = LongTextEmbedder.Open(checkpoint, new() { PromptName = checkpoint.Prompts.ContainsKey("query") ? "query" : null }, device);
        _whole = new(() => LongTextEmbedder.Open(model, new() { Extension = ContextExtension.ParallelWindows, FirstWindow = true }, device));
    }

    /// <summary>Floats in a vector.</summary>
    internal int Dimensions => _query.Dimensions;

    /// <summary>Tokens that the model takes by itself.</summary>
    public int Window => _query.Planner.Window;

    /// <summary>SHA-256 over the model's files, hexadecimal.</summary>
    public string ContentHash => _query.ContentHash;

    /// <summary>Names what decides the vectors, so that an index of another model is not mixed in.</summary>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"{ContentHash} pcw own-{Window} pieces-{ChunkTokens} {typeof(EmbeddingModel).Assembly.GetName().Version}");

    /// <summary>
    /// Embeds documents. Windows make a whole text's time linear in its length, and their first is what the model's own window holds. A piece is
    /// embedded by itself: late chunks, which see the whole text, hardly tell where in it a fact stands with models whose vector is one token's
    /// (benchmark late-chunks).
    /// </summary>
    /// <param name="documents">Documents; results in their order.</param>
    /// <param name="cancellation">Looked at between two batches.</param>
    public IReadOnlyList<IndexEntry> EmbedDocuments(IReadOnlyList<IndexedDocument> documents, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var places = documents.Select(d => _whole.Value.Pieces(d.Text, ChunkTokens)).ToArray();
        string[] pieces = [.. documents.Zip(places).Where(x => x.Second.Count > 1).SelectMany(x => x.Second.Select(p => x.First.Text[p.Start..p.End]))];
        var found = _whole.Value.Embed([.. documents.Select(d => d.Text), .. pieces], cancellation);
        var next = documents.Count;
        float[] Vectors(int count, TextEmbedding whole) => count switch { 0 => [], 1 => whole.Vector, _ => [.. Enumerable.Range(0, count).SelectMany(_ => found[next++].Vector)] };
        return [.. documents.Zip(places, found).Select(x => new IndexEntry(
            x.First.Text, x.First.Links, x.Third.TokenCount, x.Third.FirstWindow!, x.Third.Vector, Vectors(x.Second.Count, x.Third),
            [.. x.Second.SelectMany(p => new[] { p.Start, p.End })]))];
    }

    /// <summary>Embeds a question: a vector of length 1.</summary>
    public float[] EmbedQuery(string text) => EmbedQueries([text])[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        _query.Dispose();
        if (_whole.IsValueCreated)
            _whole.Value.Dispose();
    }

    /// <summary>Embeds questions, in their order.</summary>
    internal IReadOnlyList<float[]> EmbedQueries(IReadOnlyList<string> texts, CancellationToken cancellation = default) =>
        [.. _query.Embed(texts, cancellation).Select(e => e.Vector)];
}
