using ML.Extensions.Tokenization;

namespace ML.Extensions.LongText;

/// <summary>One text on its way: its plan, and what its sequences have given so far.</summary>
/// <param name="Plan">How the text goes through the encoder.</param>
/// <param name="Width">Floats of the pooled vector before the heads.</param>
/// <param name="Tokens">Tokens of prompt and text.</param>
/// <param name="PromptTokens">How many of them are the prompt's.</param>
/// <param name="PromptLength">UTF-16 units of the prompt.</param>
internal sealed record EmbeddingWork(TextPlan Plan, int Width, TokenizedText Tokens, int PromptTokens, int PromptLength)
{
    private readonly Lock _gate = new();
    private float[][]? _pooled;
    private float[]? _chunkSums;

    /// <summary>Tokens of one late chunk; null makes none.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>Hidden size.</summary>
    public int ChunkWidth { get; init; }

    /// <summary>What the model's own window holds of the text, one of the plan's sequences or one beside them; null where nobody asks.</summary>
    public TextSequence? First { get; init; }

    /// <summary>Everything that goes through the encoder.</summary>
    public IEnumerable<TextSequence> Sequences =>
        First is null || Plan.Sequences.Any(s => ReferenceEquals(s, First)) ? Plan.Sequences : Plan.Sequences.Append(First);

    /// <summary>Pooled vector of <see cref="First"/>.</summary>
    public float[] FirstPooled { get; private set; } = [];

    /// <summary>Pooled vectors in the order of the plan's sequences.</summary>
    public IReadOnlyList<float[]> Pooled => _pooled ?? [];

    /// <summary>Late chunks: body tokens / ChunkTokens, rounded up.</summary>
    public int ChunkCount => ChunkTokens is { } size ? (CoveredBody + size - 1) / size : 0;

    private int CoveredBody => Plan.Sequences.Max(s => s.BodyStart + s.BodyLength);

    /// <summary>Takes the states of one sequence, [L, D] or [1, D].</summary>
    public void Add(TextSequence sequence, ReadOnlySpan<float> states, IReadOnlyList<PoolingMode> modes, int from)
    {
        var vector = new float[Width];
        var width = Width / modes.Count;
        for (var m = 0; m < modes.Count; m++)
            Pooling.Pool(modes[m], states, width, Math.Min(from, (states.Length / width) - 1)).CopyTo(vector, m * width);
        lock (_gate)
        {
            if (ReferenceEquals(sequence, First))
                FirstPooled = vector;
            if (IndexOf(sequence) is not { } at)
                return;
            _pooled ??= new float[Plan.Sequences.Count][];
            _pooled[at] = vector;
            if (ChunkTokens is { } size)
                AddToChunks(sequence, states, size);
        }
    }

    /// <summary>Mean of a chunk's states, [D].</summary>
    public float[] ChunkMean(int chunk)
    {
        var size = ChunkTokens!.Value;
        var count = Math.Min(size, CoveredBody - (chunk * size));
        var mean = _chunkSums!.AsSpan(chunk * ChunkWidth, ChunkWidth).ToArray();
        for (var d = 0; d < mean.Length; d++)
            mean[d] /= count;
        return mean;
    }

    /// <summary>UTF-16 units of a chunk in the text, without the prompt.</summary>
    public (int Start, int End) ChunkSpan(int chunk)
    {
        var first = PromptTokens + (chunk * ChunkTokens!.Value);
        var last = Math.Min(first + ChunkTokens.Value, PromptTokens + CoveredBody) - 1;
        return (Tokens.Starts[first] - PromptLength, Tokens.Ends[last] - PromptLength);
    }

    /// <summary>Place in the plan; null for a first window beside it.</summary>
    private int? IndexOf(TextSequence sequence)
    {
        for (var i = 0; i < Plan.Sequences.Count; i++)
        {
            if (ReferenceEquals(Plan.Sequences[i], sequence))
                return i;
        }

        return ReferenceEquals(sequence, First) ? null : throw new InvalidOperationException("The sequence belongs to another text.");
    }

    private void AddToChunks(TextSequence sequence, ReadOnlySpan<float> states, int size)
    {
        _chunkSums ??= new float[ChunkCount * ChunkWidth];
        for (var b = sequence.NewFrom; b < sequence.BodyStart + sequence.BodyLength; b++)
        {
            var row = sequence.Lead + (b - sequence.BodyStart);
            Pooling.AddScaled(
                _chunkSums.AsSpan(b / size * ChunkWidth, ChunkWidth), states.Slice(row * ChunkWidth, ChunkWidth), 1);
        }
    }
}
