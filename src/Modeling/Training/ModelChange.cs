namespace ML.Extensions.Training;

/// <summary>What becomes of a model before it is trained.</summary>
internal abstract record ModelChange
{
    /// <summary>Nothing.</summary>
    public static ModelChange None { get; } = new Unchanged();

    /// <summary>Config and weights to begin with.</summary>
    public abstract TrainingStart Apply(TrainingStart start);

    /// <summary>This change, then another.</summary>
    public ModelChange Then(ModelChange next) => new Both(this, next);

    private sealed record Both(ModelChange First, ModelChange Second) : ModelChange
    {
        public override TrainingStart Apply(TrainingStart start) => Second.Apply(First.Apply(start));
    }

    private sealed record Unchanged : ModelChange
    {
        public override TrainingStart Apply(TrainingStart start) => start;
    }
}
