using System.Collections.Concurrent;
using ML.Extensions.Attention;
using ML.Extensions.Devices;
using ML.Extensions.Kernels;

namespace ML.Extensions.Encoders;

/// <summary>
/// A BERT encoder's layers with int8 products, on our own kernels: weights by output, activations by token, nothing
/// calibrated. The same text gives the same vector whatever stands beside it in the batch.
/// </summary>
internal sealed unsafe class Int8Bert : IDisposable
{
    private readonly BertConfig _config;
    private readonly Int8BertLayer[] _layers;
    private readonly ConcurrentBag<Int8Workspace> _free = [];

    /// <summary>Quantises the layers; their weights stay the caller's.</summary>
    public Int8Bert(BertConfig config, IReadOnlyList<BertLayer> layers)
    {
        _config = config;
        var quantised = layers.Distinct().ToDictionary(l => l, l => new Int8BertLayer(config, l)); // ALBERT's are one
        _layers = [.. layers.Select(l => quantised[l])];
        foreach (var layer in quantised.Values)
            layer.Pack();
        for (var i = 0; i < TorchThreads.Count; i++)
            _free.Add(new(config));
    }

    /// <summary>Runs the layers over embedded tokens.</summary>
    /// <param name="x">[T, D]; overwritten.</param>
    /// <param name="lengths">Tokens of each sequence, [N].</param>
    /// <param name="scales">Factors on the logits, [N]; null is 1.</param>
    /// <param name="output">What of the last layer.</param>
    /// <param name="workers">Cores to use.</param>
    /// <returns>[T, D] or [N, D]: rows at the beginning of <paramref name="x"/>.</returns>
    public Span<float> Run(Span<float> x, int[] lengths, float[]? scales, EncoderOutput output, int workers)
    {
        var (d, tokens) = (_config.Width, x.Length / _config.Width);
        var packed = workers == 1 && tokens >= Int8Workspace.BlockRows; // only then has this thread's torch no more cores than it may use
        var work = Enumerable.Range(0, workers).Select(_ => _free.TryTake(out var w) ? w : new(_config)).ToArray();
        foreach (var w in work)
            w.Packed = packed;
        try
        {
            fixed (float* rows = x)
            {
                var states = work[0].States(4L * tokens * d);
                var pass = new Pass(this, rows, states, states + (3L * tokens * d), lengths, scales, work);
                for (var n = 0; n < _layers.Length - 1; n++)
                    pass.Whole(_layers[n]);
                if (output == EncoderOutput.AllTokens)
                    pass.Whole(_layers[^1]);
                else
                    pass.Firsts(_layers[^1]);
            }
        }
        finally
        {
            foreach (var w in work)
            {
                w.Forget();
                _free.Add(w);
            }
        }

        return output == EncoderOutput.AllTokens ? x : x[..(lengths.Length * d)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers.Distinct())
            layer.Dispose();
        while (_free.TryTake(out var work))
            work.Dispose();
    }

    /// <summary>One pass through the network.</summary>
    private sealed class Pass(Int8Bert owner, float* x, float* qkv, float* attended, int[] lengths, float[]? scales, Int8Workspace[] work)
    {
        private readonly int _d = owner._config.Width, _heads = owner._config.Heads, _tokens = lengths.Sum();
        private readonly int[] _starts = Starts(lengths);

        public void Whole(Int8BertLayer layer)
        {
            Rows(_tokens, (w, first, rows) => layer.Project(w, x + Row(first), rows, qkv + (3 * Row(first)), 0, 3 * _d));
            CoreTeam.Deal(work.Length, lengths.Length * _heads, (worker, item) =>
                Attend(work[worker], item / _heads, item % _heads, lengths[item / _heads], attended + Row(_starts[item / _heads])));
            Rows(_tokens, (w, first, rows) => layer.Finish(w, attended + Row(first), x + Row(first), rows));
        }

        /// <summary>The layer for each sequence's first token: keys and values of all tokens, the rest of those alone.</summary>
        public void Firsts(Int8BertLayer layer)
        {
            var from = _d % Int8Matrix.Panel == 0 ? _d : 0;
            Rows(_tokens, (w, first, rows) => layer.Project(w, x + Row(first), rows, qkv + (3 * Row(first)), from, 3 * _d));
            CoreTeam.Deal(work.Length, lengths.Length, (worker, i) =>
            {
                var start = _starts[i];
                layer.Project(work[worker], x + Row(start), 1, qkv + (3 * Row(start)), 0, from);
                for (var head = 0; head < _heads; head++)
                    Attend(work[worker], i, head, 1, attended + Row(i));
            });
            for (var i = 0; i < lengths.Length; i++)
                new ReadOnlySpan<float>(x + Row(_starts[i]), _d).CopyTo(new(x + Row(i), _d));
            Rows(lengths.Length, (w, first, rows) => layer.Finish(w, attended + Row(first), x + Row(first), rows));
        }

        private static int[] Starts(int[] lengths)
        {
            var starts = new int[lengths.Length];
            for (var i = 1; i < starts.Length; i++)
                starts[i] = starts[i - 1] + lengths[i - 1];
            return starts;
        }

        private long Row(int token) => (long)token * _d;

        private void Rows(int count, Action<Int8Workspace, int, int> run)
        {
            var block = Math.Clamp((count + work.Length - 1) / work.Length, 1, work[0].Packed ? Int8Workspace.PackedRows : Int8Workspace.BlockRows);
            CoreTeam.Deal(work.Length, (count + block - 1) / block, (worker, b) => run(work[worker], b * block, Math.Min(block, count - (b * block))));
        }

        private void Attend(Int8Workspace w, int sequence, int head, int queries, float* y)
        {
            var width = _d / _heads;
            var q = qkv + (3 * Row(_starts[sequence])) + (head * width);
            var scale = (scales?[sequence] ?? 1) / MathF.Sqrt(width);
            if (queries > 1 && CpuAttention.Supported && CpuAttention.Fits(width))
                CpuAttention.Run(q, q + _d, q + (2 * _d), 3 * _d, queries, queries, width, scale, y + (head * width), _d);
            else
                w.Attention.Run(q, queries, q + _d, q + (2 * _d), lengths[sequence], 3 * _d, scale, y + (head * width), _d);
        }
    }
}
