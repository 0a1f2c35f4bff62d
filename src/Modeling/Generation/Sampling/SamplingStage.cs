namespace ML.Extensions.Generation;

/// <summary>A step that leaves fewer candidates, or changes their logits. It has no state.</summary>
internal abstract record SamplingStage
{
    /// <summary>Works on the candidates; at least one stays.</summary>
    public abstract void Apply(Candidates candidates);

    /// <summary>The steps that options ask for, in their order.</summary>
    public static IReadOnlyList<SamplingStage> Of(SamplingOptions options)
    {
        var stages = new List<SamplingStage>();
        void Add(bool wanted, SamplingStage stage)
        {
            if (wanted)
                stages.Add(stage);
        }

        var heats = options.Temperature is > 0 and not 1;
        Add(heats && options.TemperatureFirst, new TemperatureStage(options.Temperature));
        Add(options.TopK is not null, new TopKStage(options.TopK ?? 0));
        Add(options.TypicalP is < 1, new TypicalStage(options.TypicalP ?? 1));
        Add(options.TopP is < 1, new TopPStage(options.TopP ?? 1));
        Add(options.MinP is > 0, new MinPStage(options.MinP ?? 0));
        Add(heats && !options.TemperatureFirst, new TemperatureStage(options.Temperature));
        return stages;
    }
}
