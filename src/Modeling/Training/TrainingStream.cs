namespace ML.Extensions.Training;

/// <summary>Gives the batch of each step. It depends on the step alone, so that an interrupted run goes on where it was.</summary>
internal abstract class TrainingStream
{
    /// <summary>The batch of a step.</summary>
    /// <param name="step">From 0 on; steps are asked for in order, but a resumed run begins anywhere.</param>
    public abstract TrainingBatch Batch(long step);

    /// <summary>A stream whose batches a function makes.</summary>
    /// <param name="make">Told the step; it must give the same for the same step.</param>
    public static TrainingStream From(Func<long, TrainingBatch> make) => new Made(make);

    private sealed class Made(Func<long, TrainingBatch> make) : TrainingStream
    {
        public override TrainingBatch Batch(long step) => make(step);
    }
}
