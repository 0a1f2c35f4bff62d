using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions.GraphKv;

/// <summary>Answers the questions of one cursor's batches. Rows that share segments share their keys and values.</summary>
internal sealed class GraphKvKernel : BatchKernel
{
    private const int LookAhead = 8; // an answer is long work: rows are not kept waiting for many others

    private readonly GraphKvAnswerer _answerer;
    private readonly GraphKvInputs _inputs;
    private readonly GraphKvAnswerOptions _options;
    private readonly IReadOnlyList<OutputColumn> _columns;
    private readonly ValueGetter<ReadOnlyMemory<char>> _question;
    private readonly ValueGetter<VBuffer<ReadOnlyMemory<char>>> _segments;
    private readonly ValueGetter<VBuffer<int>>? _edges;
    private readonly AnswerRequest[] _requests;
    private readonly bool _shares, _divergence;
    private GraphKvAnswer[] _answers = [];
    private VBuffer<ReadOnlyMemory<char>> _texts;
    private VBuffer<int> _pairs;

    public GraphKvKernel(
        GraphKvAnswerer answerer, DataViewRow input, GraphKvInputs inputs, IReadOnlyList<OutputColumn> columns, GraphKvAnswerOptions options,
        IReadOnlyList<bool> active, int capacity)
    {
        (_answerer, _inputs, _options, _columns) = (answerer, inputs, options, columns);
        _question = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[inputs.Question]);
        _segments = input.GetGetter<VBuffer<ReadOnlyMemory<char>>>(input.Schema[inputs.Segments]);
        _edges = inputs.Edges is { } edges ? input.GetGetter<VBuffer<int>>(input.Schema[edges]) : null;
        _requests = new AnswerRequest[capacity > 0 ? capacity : LookAhead];
        bool Wanted(string? name) => name is not null && Enumerable.Range(0, columns.Count).Any(i => active[i] && columns[i].Name == name);
        (_shares, _divergence) = (Wanted(options.Columns.Shares), Wanted(options.Columns.Divergence));
    }

    /// <inheritdoc/>
    public override int Capacity => _requests.Length;

    /// <inheritdoc/>
    public override void Read(int slot)
    {
        ReadOnlyMemory<char> question = default;
        _question(ref question);
        _segments(ref _texts);
        var edges = new List<(int, int)>();
        if (_edges is not null)
        {
            _edges(ref _pairs);
            edges.AddRange(_inputs.Pairs([.. _pairs.DenseValues()]));
        }

        _requests[slot] = new(question.ToString(), [.. _texts.DenseValues().Select(t => t.ToString())], edges); // a missing text is the empty one
    }

    /// <inheritdoc/>
    public override bool IsFull(int count) => false;

    /// <inheritdoc/>
    public override void Run(int count) =>
        _answers = [.. _requests.Take(count).Select(r => _answerer.Answer(r, _shares, _divergence, _options.CancellationToken))];

    /// <inheritdoc/>
    public override Delegate Getter(int output, Func<int> slot)
    {
        GraphKvAnswer At()
        {
            var at = slot(); // first: that computes the batch
            return _answers[at];
        }

        var (name, extra) = (_columns[output].Name, _options.Columns);
        if (output == 0)
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> v) => v = At().Text.AsMemory());
        if (name == extra.Shares)
        {
            return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> v) =>
            {
                var shares = At().Shares!;
                var editor = VBufferEditor.Create(ref v, shares.Count);
                for (var i = 0; i < shares.Count; i++)
                    editor.Values[i] = shares[i];
                v = editor.Commit();
            });
        }

        if (name == extra.TokensReused)
            return (ValueGetter<long>)((ref long v) => v = At().TokensReused);
        if (name == extra.TokensComputed)
            return (ValueGetter<long>)((ref long v) => v = At().TokensComputed);
        if (name == extra.KvBytes)
            return (ValueGetter<long>)((ref long v) => v = At().KvBytes);
        return name == extra.PrefillMilliseconds
            ? (ValueGetter<float>)((ref float v) => v = (float)At().Prefill.TotalMilliseconds)
            : (ValueGetter<float>)((ref float v) => v = (float)At().Divergence!.Value);
    }
}
