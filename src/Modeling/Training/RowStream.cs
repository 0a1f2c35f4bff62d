namespace ML.Extensions.Training;

/// <summary>
/// Batches of rows in memory. Each epoch has an order of its own; neighbours in it are sorted by length and cut into batches, whose order
/// is shuffled again: rows of a batch are about equally long, and chance decides which meet.
/// </summary>
internal sealed class RowStream : TrainingStream
{
    private const int BatchesPerWindow = 32;

    private readonly IReadOnlyList<TrainingRow> _rows;
    private readonly int _tokens, _most, _seed, _windows;
    private int _epoch = -1;
    private long _firstStep, _nextStep;
    private List<int[]> _batches = [];

    /// <summary>A stream over rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="tokensPerBatch">Tokens of a batch at most; one row may have more.</param>
    /// <param name="rowsPerBatch">Rows of a batch at most.</param>
    /// <param name="seed">Decides the order, and which windows are drawn.</param>
    /// <param name="windows">Most windows of a text in one step.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public RowStream(IReadOnlyList<TrainingRow> rows, int tokensPerBatch, int rowsPerBatch, int seed, int windows = int.MaxValue)
    {
        if (rows.Count == 0)
            throw new ArgumentException("There are no rows to train on.", nameof(rows));
        (_rows, _tokens, _most, _seed, _windows) = (rows, tokensPerBatch, rowsPerBatch, seed, windows);
    }

    /// <summary>Steps of the first epoch.</summary>
    public long StepsPerEpoch => Cut(0).Count;

    /// <inheritdoc/>
    public override TrainingBatch Batch(long step)
    {
        if (step < _firstStep)
            (_epoch, _firstStep, _nextStep, _batches) = (-1, 0, 0, []);
        while (step >= _nextStep)
        {
            _batches = Cut(++_epoch);
            _firstStep = _nextStep;
            _nextStep += _batches.Count;
        }

        return TrainingBatch.Of(Array.ConvertAll(_batches[(int)(step - _firstStep)], r => _rows[r])).Draw(_windows, HashCode(_seed, ~step));
    }

    private List<int[]> Cut(int epoch)
    {
        var random = new Random(HashCode(_seed, epoch));
        var order = Enumerable.Range(0, _rows.Count).ToArray();
        random.Shuffle(order);
        var batches = new List<int[]>();
        var mean = Math.Max(1, _rows.Sum(r => (long)r.TokensOf(_windows)) / _rows.Count);
        var rowsPerWindow = (int)Math.Clamp(BatchesPerWindow * Math.Min(_most, _tokens / mean), 1, _rows.Count);
        for (var from = 0; from < order.Length; from += rowsPerWindow)
        {
            var window = order.AsSpan(from, Math.Min(rowsPerWindow, order.Length - from)).ToArray();
            var sorted = window.OrderByDescending(r => _rows[r].TokensOf(_windows)).ToArray();
            for (var at = 0; at < sorted.Length;)
            {
                var (end, tokens) = (at + 1, _rows[sorted[at]].TokensOf(_windows));
                while (end < sorted.Length && end - at < _most && tokens + _rows[sorted[end]].TokensOf(_windows) <= _tokens)
                    tokens += _rows[sorted[end++]].TokensOf(_windows);
                batches.Add(sorted[at..end]);
                at = end;
            }
        }

        var shuffled = batches.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    /// <summary>A seed of two numbers that is the same in every process.</summary>
    internal static int HashCode(long a, long b)
    {
        var x = unchecked(((ulong)a * 0x9E3779B97F4A7C15) ^ ((ulong)b + 0x632BE59BD9B4E019));
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
        return (int)((x ^ (x >> 31)) & int.MaxValue);
    }
}
