using Microsoft.ML;
using ML.Extensions.LongText;

namespace LongTextSearch;

/// <summary>Three pipelines over one model: whole documents, their first 512 tokens, and queries.</summary>
internal sealed class Embedder(CancellationToken cancellation)
{
    private readonly MLContext _ml = new(seed: 1);
    private LongTextEmbeddingTransformer? _whole;
    private LongTextEmbeddingTransformer? _own;
    private LongTextEmbeddingTransformer? _query;

    private LongTextEmbeddingTransformer Whole => _whole ??= Fit(new() { Compute = Compute, Columns = Tokens });

    private LongTextEmbeddingTransformer Own => _own ??= Fit(new()
    {
        Extension = ContextExtension.None,
        BeyondLimit = BeyondLimit.Truncate,
        Compute = Compute,
        Columns = Tokens,
    });

    private LongTextEmbeddingTransformer Query => _query ??= Fit(new() { PromptName = "query", Compute = Compute, Columns = Tokens });

    private LongTextCompute Compute => new() { CancellationToken = cancellation };

    private static LongTextExtraColumns Tokens => new() { TokenCount = "Tokens" };

    public IReadOnlyList<EmbeddedText> EmbedWhole(IEnumerable<string> texts) => Run(Whole, texts);

    public IReadOnlyList<EmbeddedText> EmbedOwn(IEnumerable<string> texts) => Run(Own, texts);

    public float[] EmbedQuery(string text) => Run(Query, [text])[0].Embedding;

    private LongTextEmbeddingTransformer Fit(LongTextEmbeddingOptions options) =>
        _ml.Transforms.Text.EmbedLongText("Embedding", "Text", options).Fit(_ml.Data.LoadFromEnumerable<TextRow>([]));

    private List<EmbeddedText> Run(LongTextEmbeddingTransformer model, IEnumerable<string> texts)
    {
        var rows = _ml.Data.LoadFromEnumerable(texts.Select(t => new TextRow { Text = t }));
        return [.. _ml.Data.CreateEnumerable<EmbeddedText>(model.Transform(rows), reuseRowObject: false)];
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }
}
