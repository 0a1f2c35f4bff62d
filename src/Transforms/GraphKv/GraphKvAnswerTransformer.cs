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
