using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace ML.Extensions.LongText;

/// <summary>Embeds the texts of one cursor's batches.</summary>
internal sealed class LongTextKernel : BatchKernel
{
    // A batch ends when its texts may hold so many passes' worth of tokens, at four characters a token: enough to sort
    // by length, and a bound on memory whatever the rows hold.
    private const int PassesAhead = 4;
    private const int CharactersPerToken = 4;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);

    private readonly IHost _host;
    private readonly LongTextEmbedder _embedder;
    private readonly LongTextEmbeddingOptions _options;
    private readonly IReadOnlyList<OutputColumn> _columns;
    private readonly ValueGetter<ReadOnlyMemory<char>> _text;
    private readonly string[] _texts;
    private readonly bool _countOnly;
    private readonly long _started = Stopwatch.GetTimestamp();
    private IReadOnlyList<TextEmbedding> _results = [];
    private long _reported = Stopwatch.GetTimestamp();
    private long _rows;
    private long _tokens;
    private long _characters;
    private bool _disposed;

    public LongTextKernel(
        IHost host, LongTextEmbedder embedder, DataViewRow input, string inputColumn, IReadOnlyList<OutputColumn> columns,
        LongTextEmbeddingOptions options, IReadOnlyList<bool> active, int capacity)
    {
        (_host, _embedder, _options, _columns) = (host, embedder, options, columns);
        _text = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[inputColumn]);
        _texts = new string[capacity > 0 ? capacity : options.Compute.LookAhead];
        _countOnly = Enumerable.Range(0, columns.Count).All(i => !active[i] || columns[i].Name == options.Columns.TokenCount);
    }

    /// <inheritdoc/>
    public override int Capacity => _texts.Length;

    /// <inheritdoc/>
    public override void Read(int slot)
    {
        ReadOnlyMemory<char> text = default;
        _text(ref text);
        _texts[slot] = text.ToString(); // a missing text is the empty one
        _characters = (slot == 0 ? 0 : _characters) + text.Length;
    }

    /// <inheritdoc/>
    public override bool IsFull(int count) =>
        _characters >= (long)_options.Compute.TokensPerBatch * PassesAhead * CharactersPerToken;

    /// <inheritdoc/>
    public override void Run(int count)
    {
        var texts = new ArraySegment<string>(_texts, 0, count);
        _options.Compute.CancellationToken.ThrowIfCancellationRequested();
        _results = _countOnly
            ? [.. texts.Select(Count)]
            : _embedder.Embed(texts, _options.Compute.CancellationToken);
        _rows += count;
        _tokens += _results.Sum(r => (long)r.TokensUsed);
        if (Stopwatch.GetElapsedTime(_reported) >= ReportEvery)
            Report("so far");
    }

    /// <inheritdoc/>
    public override Delegate Getter(int output, Func<int> slot)
    {
        var name = _columns[output].Name;
        var extra = _options.Columns;
        if (output > 0 && name == extra.TokenCount)
            return (ValueGetter<int>)((ref int v) => v = At(slot).TokenCount);
        if (output > 0 && name == extra.TokensUsed)
            return (ValueGetter<int>)((ref int v) => v = At(slot).TokensUsed);
        if (output > 0 && name == extra.ExtensionUsed)
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> v) => v = At(slot).ExtensionUsed.AsMemory());
        if (output > 0 && name == extra.ChunkVectors)
            return Vector(slot, r => r.Chunks.SelectMany(c => c.Vector).ToArray());
        if (output > 0 && name == extra.ChunkOffsets)
            return Vector(slot, r => r.Chunks.SelectMany(c => new[] { c.Start, c.End }).ToArray());
        if (output > 0 && name == extra.FirstWindow)
            return Vector(slot, r => r.FirstWindow!);
        return _options.Output.Format switch
        {
            EmbeddingFormat.Int8 => Vector(
                slot, r => _options.Output.Ranges is { } ranges ? EmbeddingCodes.Int8(r.Vector, ranges) : EmbeddingCodes.Int8(r.Vector)),
            EmbeddingFormat.UInt8 => Vector(slot, r => _options.Output.Ranges!.Bytes(r.Vector)),
            EmbeddingFormat.SignedBinary => Vector(slot, r => EmbeddingCodes.Signed(EmbeddingCodes.Binary(r.Vector))),
            EmbeddingFormat.Binary => Vector(slot, r => EmbeddingCodes.Binary(r.Vector)),
            _ => Vector(slot, r => r.Vector),
        };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_disposed && _rows > 0 && Stopwatch.GetElapsedTime(_started) >= ReportEvery)
            Report("in all");
        _disposed = true;
        base.Dispose(disposing);
    }

    // Nobody asked for a vector: no pass through the network.
    private TextEmbedding Count(string text)
    {
        var tokens = _embedder.CountTokens(text);
        return new([], tokens, tokens, "");
    }

    // The slot is asked first: that computes the batch.
    private TextEmbedding At(Func<int> slot)
    {
        var at = slot();
        return _results[at];
    }

    private ValueGetter<VBuffer<T>> Vector<T>(Func<int> slot, Func<TextEmbedding, T[]> values) => (ref VBuffer<T> v) =>
    {
        var computed = values(At(slot));
        var editor = VBufferEditor.Create(ref v, computed.Length);
        computed.CopyTo(editor.Values);
        v = editor.Commit();
    };

    private void Report(string when)
    {
        _reported = Stopwatch.GetTimestamp();
        using var channel = _host.Start("Embed");
        var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        channel.Info(string.Create(CultureInfo.InvariantCulture,
            $"{_rows:N0} rows and {_tokens:N0} tokens {when}, {_tokens / seconds:N0} tokens a second."));
    }
}
