using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Tool;

/// <summary>The ML.NET pipeline of <c>mlext embed</c>.</summary>
internal sealed class RowEmbedder : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly LongTextEmbeddingTransformer _model;

    public RowEmbedder(EmbedOptions options, CancellationToken cancellation) =>
        _model = _ml.Transforms.Text.EmbedLongText(nameof(EmbeddedText.Embedding), nameof(InputRow.Text), new()
        {
            Model = options.Model,
            Adapter = options.Adapter,
            PromptName = options.PromptName,
            MaxTokens = options.MaxTokens,
            Columns = new() { TokenCount = nameof(EmbeddedText.Tokens) },
            Compute = new() { Precision = options.Precision, CancellationToken = cancellation },
        }).Fit(_ml.Data.LoadFromEnumerable<TextRow>([]));

    /// <summary>The precision in use; never Auto.</summary>
    public Precision Precision => _model.Precision;

    /// <summary>Embeds rows, in their order.</summary>
    public IReadOnlyList<EmbeddedText> Embed(IEnumerable<InputRow> rows)
    {
        var view = _model.Transform(_ml.Data.LoadFromEnumerable(rows.Select(r => new TextRow { Text = r.Text })));
        return [.. _ml.Data.CreateEnumerable<EmbeddedText>(view, reuseRowObject: false, ignoreMissingColumns: true)];
    }

    public void Dispose() => _model.Dispose();

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }
}
