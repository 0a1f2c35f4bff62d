using System.Diagnostics;
using ML.Extensions.Generation;

namespace ML.Extensions.GraphKv;

/// <summary>One answer as it grows. Steps happen when the caller asks for them. Not for several threads at once.</summary>
internal sealed class AnswerRun : IDisposable
{
    private readonly GraphKvReadout _readout;
    private readonly FirstLogits _tokens;
    private readonly GenerationRun _run;
    private readonly Stopwatch _watch;
    private readonly (int Segments, int Question, long TokenBytes) _sizes;
    private readonly bool _shares;
    private TimeSpan? _prefill;

    /// <summary>Takes the readout over.</summary>
    /// <param name="readout">Open, without the question.</param>
    /// <param name="watch">Started with the request.</param>
    /// <param name="sizes">Segments as given, tokens of the question, bytes of a token's keys and values.</param>
    /// <param name="options">Whether shares are measured and first logits kept.</param>
    /// <param name="begin">Begins to generate from a source.</param>
    public AnswerRun(
        GraphKvReadout readout, Stopwatch watch, (int Segments, int Question, long TokenBytes) sizes, (bool Shares, bool First) options,
        Func<ITokenSource, GenerationRun> begin)
    {
        (_readout, _watch, _sizes, _shares) = (readout, watch, sizes, options.Shares);
        _tokens = new(new ReadoutTokens(readout), options.First);
        _run = begin(_tokens);
    }

    /// <summary>What the last step added to the text.</summary>
    public string NewText => _run.Sequences[0].NewText;

    /// <summary>Logits behind the question, if they are kept.</summary>
    public float[]? First => _tokens.Kept;

    /// <summary>One more token; false once the answer has ended.</summary>
    /// <exception cref="OperationCanceledException">The answer so far stays.</exception>
    public bool Step(CancellationToken cancellation)
    {
        var any = _run.Step(cancellation);
        _prefill ??= _watch.Elapsed;
        return any;
    }

    /// <summary>The answer so far, and what it cost.</summary>
    public GraphKvAnswer Result() => new(
        _run.Sequences[0].Text.Trim(), _readout.Spent.TokensReused, _readout.Spent.TokensComputed + _sizes.Question,
        (_readout.ContextTokens + _readout.Count) * _sizes.TokenBytes, _prefill ?? _watch.Elapsed,
        _shares ? [.. Enumerable.Range(0, _sizes.Segments).Select(n => (float)_readout.Shares.GetValueOrDefault(n))] : null, null);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _readout.Dispose();
    }
}
