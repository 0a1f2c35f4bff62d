using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace ML.Extensions.Retrieval;

/// <summary>
/// Finds segments for questions in an index. Made by <c>RetrieveSegments</c>, or loaded by <c>mlContext.Model.Load</c>. It keeps
/// the index as it was when it was opened; an index that was updated since is seen by the next Fit or load. Owns the embedding model: dispose it.
/// </summary>
public sealed class SegmentRetrievalTransformer : BatchedTransformer, ISavedComponent<SegmentRetrievalTransformer>, IDisposable
{
    internal const string Name = "SegmentRetrieval";

    private readonly SegmentRetriever _retriever;
    private readonly SegmentRetrievalColumns _columns;
    private bool _disposed;

    internal SegmentRetrievalTransformer(SegmentRetriever retriever, SegmentRetrievalColumns columns, SegmentRetrievalOptions options)
    {
        (_retriever, _columns, Options) = (retriever, columns, options);
        (InputColumns, OutputColumns) = ([columns.Question], columns.Added);
    }

    static string ISavedComponent<SegmentRetrievalTransformer>.LoadName => Name;

    static string ISavedComponent<SegmentRetrievalTransformer>.FormatName => "MLXSEGRT";

    static uint ISavedComponent<SegmentRetrievalTransformer>.FormatVersion => 0x00010001;

    /// <summary>The options in use.</summary>
    public SegmentRetrievalOptions Options { get; }

    internal override IReadOnlyList<string> InputColumns { get; }

    internal override IReadOnlyList<OutputColumn> OutputColumns { get; }

    /// <summary>Frees the embedding model; the index's file stays.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _retriever.Dispose();
    }

    static SegmentRetrievalTransformer ISavedComponent<SegmentRetrievalTransformer>.Read(IHostEnvironment env, BinaryReader reader, uint version)
    {
        var saved = SavedRetrieval.Read(reader);
        var options = saved.Options();
        return new(SavedRetrieval.Open(options, EnvironmentDevice.Of(env)), saved.Columns, options);
    }

    internal override void CheckInput(DataViewSchema schema) => ColumnErrors.CheckText(schema, _columns.Question);

    internal override BatchKernel CreateKernel(DataViewRow input, IReadOnlyList<bool> active, int capacity)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new SegmentRetrievalKernel(_retriever, input, _columns, capacity);
    }

    private protected override void Save(ModelSaveContext ctx) => SavedComponents<SegmentRetrievalTransformer>.Save(
        ctx, w => SavedRetrieval.Of(_columns, Options, _retriever.Fingerprint).Write(w));
}
