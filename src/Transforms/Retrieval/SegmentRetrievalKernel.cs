using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions.Retrieval;

/// <summary>Finds the segments of one cursor's batches of questions.</summary>
internal sealed class SegmentRetrievalKernel : BatchKernel
{
    private const int LookAhead = 32; // questions of one pass through the embedding model

    private readonly SegmentRetriever _retriever;
    private readonly SegmentRetrievalColumns _columns;
    private readonly ValueGetter<ReadOnlyMemory<char>> _question;
    private readonly string[] _questions;
    private IReadOnlyList<RetrievedSegments> _found = [];

    public SegmentRetrievalKernel(SegmentRetriever retriever, DataViewRow input, SegmentRetrievalColumns columns, int capacity)
    {
        (_retriever, _columns) = (retriever, columns);
        _question = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[columns.Question]);
        _questions = new string[capacity > 0 ? capacity : LookAhead];
    }

    /// <inheritdoc/>
    public override int Capacity => _questions.Length;

    /// <inheritdoc/>
    public override void Read(int slot)
    {
        ReadOnlyMemory<char> question = default;
        _question(ref question);
        _questions[slot] = question.ToString(); // a missing text is the empty one
    }

    /// <inheritdoc/>
    public override bool IsFull(int count) => false;

    /// <inheritdoc/>
    public override void Run(int count) => _found = _retriever.Retrieve(_questions[..count]);

    /// <inheritdoc/>
    public override Delegate Getter(int output, Func<int> slot)
    {
        var name = _columns.Added[output].Name;
        if (output == 0)
            return Vector(slot, f => f.Texts.Select(t => t.AsMemory()));
        if (output == 1)
            return Vector(slot, f => f.Edges.SelectMany(e => new[] { e.Source, e.Target }));
        return name == _columns.Ids ? Vector(slot, f => f.Ids.Select(i => i.AsMemory())) : Vector(slot, f => f.Scores);
    }

    private ValueGetter<VBuffer<T>> Vector<T>(Func<int> slot, Func<RetrievedSegments, IEnumerable<T>> values) => (ref VBuffer<T> v) =>
    {
        var at = slot(); // first: that computes the batch
        T[] found = [.. values(_found[at])];
        var editor = VBufferEditor.Create(ref v, found.Length);
        found.CopyTo(editor.Values);
        v = editor.Commit();
    };
}
