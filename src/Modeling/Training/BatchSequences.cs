using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>The sequences of a batch, and the texts that they make: a text is one sequence, or the mean of its windows.</summary>
internal sealed class BatchSequences
{
    private readonly int[] _sequences, _texts; // what a text consists of, pair by pair
    private readonly int[] _counts; // sequences of each text

    private BatchSequences(IReadOnlyList<TrainingSequence> all, List<(int Sequence, int Text)> pairs, int texts)
    {
        (All, _counts) = (all, new int[texts]);
        (_sequences, _texts) = ([.. pairs.Select(p => p.Sequence)], [.. pairs.Select(p => p.Text)]);
        foreach (var text in _texts)
            _counts[text]++;
    }

    /// <summary>The sequences.</summary>
    public IReadOnlyList<TrainingSequence> All { get; }

    /// <summary>One sequence a text, as the texts stand.</summary>
    public static IReadOnlyList<TrainingSequence> Apart(TrainingBatch batch) => [.. batch.Texts.Select((t, n) => Sequence(batch, t, n))];

    /// <summary>Texts or their windows; what stands there several times goes through the model once.</summary>
    public static BatchSequences Shared(TrainingBatch batch)
    {
        var (texts, all, pairs) = (batch.Texts, new List<TrainingSequence>(), new List<(int, int)>());
        var known = new Dictionary<int[], int>(IdsComparer.Instance);
        foreach (var (number, text) in texts.Index())
        {
            foreach (var ids in batch.Windows?[number] ?? [text])
            {
                var sequence = Sequence(batch, ids, number);
                int[] key = [sequence.PooledFrom, .. ids];
                if (sequence.Positions is not null || !known.TryGetValue(key, out var at))
                {
                    at = all.Count;
                    all.Add(sequence);
                    known.TryAdd(key, at);
                }

                pairs.Add((at, number));
            }
        }

        return new(all, pairs, texts.Count);
    }

    /// <summary>Vectors of the texts.</summary>
    /// <param name="vectors">Of the sequences, [S, D].</param>
    /// <returns>[texts, D], in the current scope.</returns>
    public Tensor Texts(Tensor vectors)
    {
        if (_sequences.Length == All.Count && Array.TrueForAll(_counts, c => c == 1))
            return vectors;
        var parts = vectors.index_select(0, tensor(Array.ConvertAll(_sequences, s => (long)s), device: vectors.device)); // [pairs, D]
        if (_texts.Length == _counts.Length)
            return parts;
        var shares = tensor(Array.ConvertAll(_texts, t => 1f / _counts[t]), [_texts.Length, 1], device: vectors.device);
        return zeros([_counts.Length, vectors.shape[1]], device: vectors.device)
            .index_add(0, tensor(Array.ConvertAll(_texts, t => (long)t), device: vectors.device), parts * shares, HeldNumbers.Number(1));
    }

    private static TrainingSequence Sequence(TrainingBatch batch, int[] ids, int text) => new(ids, batch.Positions?[text], batch.PooledFrom?[text] ?? 0);
}
