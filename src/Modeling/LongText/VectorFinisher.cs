using TorchSharp;

namespace ML.Extensions.LongText;

/// <summary>From pooled states to the final vector: heads, mean over windows, dimensions, length 1.</summary>
internal sealed class VectorFinisher
{
    private readonly EmbeddingHead[] _heads;
    private readonly bool _normalize;
    private readonly bool _moduleNormalizes;

    public VectorFinisher(EmbeddingCheckpoint checkpoint, EmbedderSettings settings, int pooledWidth)
    {
        // A closing Normalize comes after the mean over windows (LongEmbed's code averages before normalising).
        _heads = [.. checkpoint.Heads.Reverse().SkipWhile(h => h is NormalizeHead).Reverse()];
        _normalize = settings.Normalize;
        _moduleNormalizes = checkpoint.Heads.Count > _heads.Length && !settings.Normalize;
        var width = _heads.Aggregate(pooledWidth, (w, head) => head.OutputWidth(w));
        var wanted = settings.Dimensions ?? checkpoint.TruncateDimensions;
        if (wanted > width)
            throw new ArgumentException($"Dimensions is {wanted}, but {checkpoint.Name} has only {width}.");
        Dimensions = wanted ?? width;
        if (settings.ChunkTokens is not null && settings.Pooling is null && checkpoint.Pooling.Count > 1)
            throw new ArgumentException($"{checkpoint.Name} joins several pooling modes, so late chunks have no vector of its width. Set Pooling to one mode.");
    }

    /// <summary>Floats in a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Finished vectors in the order of the texts.</summary>
    public IReadOnlyList<TextEmbedding> Finish(EmbeddingWork[] work)
    {
        var results = new TextEmbedding[work.Length];
        for (var i = 0; i < work.Length; i++)
        {
            var w = work[i];
            var vector = Finish(Mean(Heads(w.Pooled), w.Plan.Sequences));
            var chunks = Heads([.. Enumerable.Range(0, w.ChunkCount).Select(w.ChunkMean)]);
            results[i] = new(vector, w.Plan.TokenCount, w.Plan.TokensUsed, w.Plan.ExtensionUsed)
            {
                Chunks = [.. chunks.Select((c, n) => Chunk(c, w.ChunkSpan(n)))],
                FirstWindow = w.First is null ? null
                    : w.Plan.Sequences.Count == 1 && ReferenceEquals(w.First, w.Plan.Sequences[0]) ? vector
                    : Finish(Heads([w.FirstPooled])[0]),
            };
        }

        return results;
    }

    private ChunkEmbedding Chunk(float[] vector, (int Start, int End) span) => new(Finish(vector), span.Start, span.End);

    private IReadOnlyList<float[]> Heads(IReadOnlyList<float[]> rows)
    {
        if (_heads.Length == 0 || rows.Count == 0)
            return rows;
        using var scope = torch.NewDisposeScope();
        using var _ = torch.inference_mode();
        var width = rows[0].Length;
        var x = torch.tensor([.. rows.SelectMany(r => r)], [rows.Count, width]); // [N, D]
        foreach (var head in _heads)
            x = head.Apply(x);
        width = (int)x.shape[1];
        var flat = x.contiguous().data<float>().ToArray();
        return [.. Enumerable.Range(0, rows.Count).Select(r => flat.AsSpan(r * width, width).ToArray())];
    }

    private static float[] Mean(IReadOnlyList<float[]> vectors, IReadOnlyList<TextSequence> sequences)
    {
        if (vectors.Count == 1)
            return vectors[0];
        var mean = new float[vectors[0].Length];
        var weights = sequences.Sum(s => s.Weight);
        for (var i = 0; i < vectors.Count; i++)
            Pooling.AddScaled(mean, vectors[i], sequences[i].Weight / weights);
        return mean;
    }

    private float[] Finish(float[] vector)
    {
        if (_moduleNormalizes)
            vector = Normalize(vector); // the model's own module, before dimensions are cut
        if (vector.Length > Dimensions)
            vector = vector[..Dimensions];
        return _normalize ? Normalize(vector) : vector;
    }

    private static float[] Normalize(float[] vector)
    {
        var norm = Math.Max(1e-12, Math.Sqrt(vector.Sum(v => (double)v * v)));
        return [.. vector.Select(v => (float)(v / norm))];
    }
}
