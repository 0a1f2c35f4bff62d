using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>From the public objectives to those of the run.</summary>
internal static class TrainingObjectives
{
    /// <summary>The objective, at several widths if they are given.</summary>
    /// <exception cref="ArgumentException">The vocabulary has no mask token, hidden words do not suit the model, or a width is larger than the model's.</exception>
    public static EmbeddingObjective Of(TextEmbeddingObjective objective, IReadOnlyList<int> dimensions, TrainableEncoder encoder)
    {
        var plain = Of(objective, encoder);
        if (dimensions.Count == 0)
            return plain;
        var width = encoder.Dimensions;
        if (dimensions.FirstOrDefault(d => d < 1 || d >= width) is not 0 and var wrong)
            throw new ArgumentException($"MatryoshkaDimensions holds {wrong}; the model's vectors have {width}, so 1 to {width - 1} can be chosen.");
        return new Matryoshka(plain, [.. dimensions.Append(width).Select(d => (d, 1.0))]);
    }

    private static EmbeddingObjective Of(TextEmbeddingObjective objective, TrainableEncoder encoder) => objective switch
    {
        TextEmbeddingObjective.Pairs p => new Contrastive(p.Temperature) { BothDirections = p.BothDirections },
        TextEmbeddingObjective.Scored s => new ScoredPairs(s.Loss switch
        {
            ScoredPairLoss.AnglE => PairLoss.AnglE,
            ScoredPairLoss.CosineRegression => PairLoss.CosineRegression,
            _ => PairLoss.CoSent,
        }),
        TextEmbeddingObjective.DistilledColumn d => Distilled(d.Loss, 0),
        TextEmbeddingObjective.DistilledModel d => Distilled(d.Loss, d.TokenWeight),
        TextEmbeddingObjective.MaskedText when encoder.Spec.Causal => throw new ArgumentException(
            $"The {encoder.Spec.Family} model is a decoder, whose tokens see those before them alone: hidden words cannot be guessed from both sides. Choose another objective than MaskedWords."),
        TextEmbeddingObjective.MaskedText m => new MaskedLanguageModel(MaskId(encoder), m.Rate),
        _ => throw new ArgumentOutOfRangeException(nameof(objective), objective, "Unknown objective."),
    };

    private static EmbeddingObjective Distilled(DistillationLoss loss, double tokenWeight) => loss == DistillationLoss.Similarities
        ? tokenWeight == 0 ? new SimilarityDistillation() : throw new ArgumentException("DistillationLoss.Similarities compares texts; tokenWeight must be 0.")
        : new Distillation { MeanSquared = loss == DistillationLoss.MeanSquared, TokenWeight = tokenWeight };

    private static int MaskId(TrainableEncoder encoder)
    {
        foreach (var text in (string[])["[MASK]", "<mask>"])
            if (encoder.Tokenizer.Encode(text) is { Count: 1 } tokens)
                return tokens.Ids[0];
        throw new ArgumentException("The model's vocabulary has no mask token ([MASK] or <mask>), so no words can be hidden.");
    }
}
