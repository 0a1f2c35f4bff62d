namespace ML.Extensions.LongText;

/// <summary>Which options of training go with low-rank matrices.</summary>
internal static class LoraRules
{
    /// <summary>Refuses options that exclude each other, before anything is opened.</summary>
    /// <exception cref="ArgumentException">Two do.</exception>
    public static void Check(LongTextTrainingOptions options, TextEmbeddingObjective objective)
    {
        if (options.Embedding.Adapter is not null)
            throw new ArgumentException("Embedding.Adapter is set: training makes the adapter. To go on from one, give Lora.Start.", nameof(options));
        if (options.Lora is null)
        {
            if (options.AdapterFolder is not null)
                throw new ArgumentException("AdapterFolder is set, but Lora is not: without it the weights themselves are trained. Set Lora, or OutputFolder.", nameof(options));
            return;
        }

        if (options.Change is not { NewPositions: null, RandomWeights: false, Positions: null, Frozen.Count: 0 })
            throw new ArgumentException("Lora keeps all weights and trains matrices beside them; Change.NewPositions, RandomWeights, Positions and Frozen must not be set beside it.", nameof(options));
        if (objective is TextEmbeddingObjective.MaskedText)
            throw new ArgumentException("Hidden words are guessed by a head that is trained, too, which an adapter does not hold. Leave Lora out for MaskedWords.", nameof(options));
        if (options is { AdapterFolder: not null, OutputFolder: null } && (options.Start is not null || options.Change.RotaryBase is not null))
            throw new ArgumentException("AdapterFolder without OutputFolder makes a transformer that refers to Model and the adapter; with Start or Change.RotaryBase the base is another one. Set OutputFolder, too.", nameof(options));
    }
}
