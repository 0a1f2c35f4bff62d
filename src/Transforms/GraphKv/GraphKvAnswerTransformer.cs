using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Answers questions over segments. Made by <c>AnswerWithGraphKv</c>, or loaded by <c>mlContext.Model.Load</c>. Owns the
/// model and its cache in memory: dispose it to free them.
/// </summary>
public sealed class GraphKvAnswerTransformer : BatchedTransformer, ISavedComponent<GraphKvAnswerTransformer>, IDisposable
{
    internal const string Name = "GraphKvAnswer";

    private readonly GraphKvAnswerer _answerer;
    private readonly GraphKvInputs _inputs;
    private bool _disposed;

    internal GraphKvAnswerTransformer(GraphKvAnswerer answerer, string output, GraphKvInputs inputs, GraphKvAnswerOptions options)
    {
        (_answerer, _inputs, OutputColumnName, Options) = (answerer, inputs, output, options);
        OutputColumns = GraphKvColumns.Of(output, options.Columns);
    }

    static string ISavedComponent<GraphKvAnswerTransformer>.LoadName => Name;

    static string ISavedComponent<GraphKvAnswerTransformer>.FormatName => "MLXGKVAN";

    static uint ISavedComponent<GraphKvAnswerTransformer>.FormatVersion => 0x00010001;

    /// <summary>Name of the answer column.</summary>
    public string OutputColumnName { get; }

    /// <summary>The options in use.</summary>
    public GraphKvAnswerOptions Options { get; }

    internal override IReadOnlyList<string> InputColumns => _inputs.Names;

    internal override IReadOnlyList<OutputColumn> OutputColumns { get; }

    /// <summary>Answers one question as a stream of text; whole characters only.</summary>
    /// <param name="question">The question.</param>
    /// <param name="segments">Segments, the most relevant last; empty ones are left out.</param>
    /// <param name="edges">Pairs of a source and the target that sees it, by the segments' numbers; null is none.</param>
    /// <param name="ended">
    /// Called with the whole answer and what it cost, also when it was cancelled; null is nobody. Shares are measured where
    /// <see cref="GraphKvExtraColumns.Shares"/> is named.
    /// </param>
    /// <param name="cancellationToken">Ends the answer within a token.</param>
    /// <exception cref="ArgumentException">An edge names no segment, or the question does not fit the model's window.</exception>
    /// <exception cref="OperationCanceledException">Between two tokens.</exception>
    public IAsyncEnumerable<string> StreamAsync(
        string question, IReadOnlyList<string> segments, IReadOnlyList<(int Source, int Target)>? edges = null, Action<GraphKvAnswer>? ended = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(segments);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _answerer.Stream(new(question, segments, edges ?? []), Options.Columns.Shares is not null, ended, cancellationToken);
    }

    /// <summary>Frees the model's weights and the cache in memory; the cache's folder stays.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _answerer.Dispose();
    }

    static GraphKvAnswerTransformer ISavedComponent<GraphKvAnswerTransformer>.Read(IHostEnvironment env, BinaryReader reader, uint version)
    {
        var saved = SavedAnswerer.Read(reader);
        var options = saved.Options();
        return new(saved.Open(options, EnvironmentDevice.Of(env)), saved.Output, saved.Inputs, options);
    }

    internal override void CheckInput(DataViewSchema schema) => GraphKvColumns.Check(schema, _inputs);

    internal override BatchKernel CreateKernel(DataViewRow input, IReadOnlyList<bool> active, int capacity)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new GraphKvKernel(_answerer, input, _inputs, OutputColumns, Options, active, capacity);
    }

    private protected override void Save(ModelSaveContext ctx) => SavedComponents<GraphKvAnswerTransformer>.Save(
        ctx, w => SavedAnswerer.Of(OutputColumnName, _inputs, Options, _answerer.ContentHash).Write(w));
}
