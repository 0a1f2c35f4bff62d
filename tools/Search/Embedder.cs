using System.Globalization;
using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Search;

/// <summary>Two ML.NET pipelines over one model: documents and queries.</summary>
public sealed class Embedder : IDisposable
{
    private const int ChunkTokens = 128;
    private readonly MLContext _ml = new(seed: 1);
    private readonly Lazy<LongTextEmbeddingTransformer> _whole;
    private readonly Lazy<LongTextEmbeddingTransformer> _query;

    /// <summary>Pipelines are fitted when first used.</summary>
    public Embedder(EmbeddingModel model, CancellationToken cancellation)
    {
        Model = EmbeddingModelInfo.Read(model);
        var options = new LongTextEmbeddingOptions
        {
            Model = model,
            Columns = new() { TokenCount = nameof(EmbeddedText.Tokens) },
            Compute = new() { CancellationToken = cancellation },
        };
        _whole = new(() => Fit(options with
        {
            Columns = options.Columns with
            {
                ChunkVectors = nameof(EmbeddedText.ChunkVectors),
                ChunkOffsets = nameof(EmbeddedText.ChunkOffsets),
                ChunkTokens = ChunkTokens,
                FirstWindow = nameof(EmbeddedText.FirstWindow),
            },
        }));
        _query = new(() => Fit(options with { PromptName = Model.Prompts.ContainsKey("query") ? "query" : null }));
    }

    /// <summary>The model.</summary>
    public EmbeddingModelInfo Model { get; }

    /// <summary>Names what decides the vectors, so that an index of another model is not mixed in.</summary>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture,
        $"{Model.ContentHash} auto own-{Model.Window} chunks-{ChunkTokens} {typeof(EmbeddingModel).Assembly.GetName().Version}");

    /// <summary>Embeds documents: whole, what the model's own window holds, and their late chunks.</summary>
    public IReadOnlyList<EmbeddedText> EmbedWhole(IEnumerable<string> texts) => Run(_whole.Value, texts);

    /// <summary>Embeds a query.</summary>
    public float[] EmbedQuery(string text) => Run(_query.Value, [text])[0].Embedding;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var model in new[] { _whole, _query }.Where(m => m.IsValueCreated))
            model.Value.Dispose();
    }

    private LongTextEmbeddingTransformer Fit(LongTextEmbeddingOptions options) =>
        _ml.Transforms.Text.EmbedLongText("Embedding", "Text", options).Fit(_ml.Data.LoadFromEnumerable<TextRow>([]));

    private List<EmbeddedText> Run(LongTextEmbeddingTransformer model, IEnumerable<string> texts)
    {
        var rows = _ml.Data.LoadFromEnumerable(texts.Select(t => new TextRow { Text = t }));
        return [.. _ml.Data.CreateEnumerable<EmbeddedText>(model.Transform(rows), reuseRowObject: false, ignoreMissingColumns: true)];
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }
}
