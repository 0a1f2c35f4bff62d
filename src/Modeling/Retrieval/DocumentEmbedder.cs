using System.Globalization;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Retrieval;

/// <summary>
/// Embeds documents and questions for an index, as <c>EmbedLongText</c> does by default: whole texts by the model's best strategy
/// beside what its own window holds, and pieces of them by themselves; questions behind the model's prompt named "query", if it has one.
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
        _whole = new(() => LongTextEmbedder.Open(model, new() { ChunkTokens = ChunkTokens, FirstWindow = true }, device));
    }

    /// <summary>Floats in a vector.</summary>
    internal int Dimensions => _query.Dimensions;

    /// <summary>Tokens that the model takes by itself.</summary>
    public int Window => _query.Planner.Window;

    /// <summary>SHA-256 over the model's files, hexadecimal.</summary>
    public string ContentHash => _query.ContentHash;

    /// <summary>Names what decides the vectors, so that an index of another model is not mixed in.</summary>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"{ContentHash} auto own-{Window} pieces-{ChunkTokens} {typeof(EmbeddingModel).Assembly.GetName().Version}");

    /// <summary>Embeds documents.</summary>
    /// <param name="documents">Documents; results in their order.</param>
    /// <param name="cancellation">Looked at between two batches.</param>
    public IReadOnlyList<IndexEntry> EmbedDocuments(IReadOnlyList<IndexedDocument> documents, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var found = _whole.Value.Embed([.. documents.Select(d => d.Text)], cancellation);
        return [.. documents.Zip(found, Pieces(documents, found, cancellation)).Select(x => new IndexEntry(
            x.First.Text, x.First.Links, x.Second.TokenCount, x.Second.FirstWindow!, x.Second.Vector, x.Third,
            [.. x.Second.Chunks.SelectMany(c => new[] { c.Start, c.End })]))];
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

    /// <summary>
    /// Vectors of each document's pieces, end to end. A piece is embedded by itself: late chunks, which see the whole text, hardly tell where
    /// in it a fact stands with models whose vector is one token's (benchmark late-chunks).
    /// </summary>
    private float[][] Pieces(IReadOnlyList<IndexedDocument> documents, IReadOnlyList<TextEmbedding> found, CancellationToken cancellation)
    {
        var texts = documents.Zip(found).Where(x => x.Second.Chunks.Count > 1).SelectMany(x => x.Second.Chunks.Select(c => x.First.Text[c.Start..c.End])).ToArray();
        var vectors = _whole.Value.Embed(texts, cancellation);
        var next = 0;
        float[] Of(TextEmbedding whole) => whole.Chunks.Count switch { 0 => [], 1 => whole.Vector, _ => [.. whole.Chunks.SelectMany(_ => vectors[next++].Vector)] };
        return [.. found.Select(Of)];
    }

    /// <summary>Embeds questions, in their order.</summary>
    internal IReadOnlyList<float[]> EmbedQueries(IReadOnlyList<string> texts, CancellationToken cancellation = default) =>
        [.. _query.Embed(texts, cancellation).Select(e => e.Vector)];
}
