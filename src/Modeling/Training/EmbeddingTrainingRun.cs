namespace ML.Extensions.Training;

/// <summary>
/// Trains an encoder: each step adds the gradients of all tasks, clips them and lets AdamW move the weights. With a checkpoint folder, a
/// run that was killed goes on at its last checkpoint, with the same batches and moments as if it had not been.
/// </summary>
internal sealed class EmbeddingTrainingRun
{
    private readonly IReadOnlyList<TrainingTask> _tasks;
    private readonly int _seed;
    private readonly TaskStep _parts;
    private readonly TrainingLoop _loop;

    /// <summary>Prepares a run, and goes to its last checkpoint if there is one.</summary>
    /// <param name="encoder">The model; it stays the caller's.</param>
    /// <param name="tasks">Objectives with their data.</param>
    /// <param name="options">How it goes.</param>
    /// <exception cref="InvalidDataException">The checkpoint is broken, or another model's.</exception>
    public EmbeddingTrainingRun(TrainableEncoder encoder, IReadOnlyList<TrainingTask> tasks, EmbeddingTrainingOptions options)
    {
        if (tasks.Count == 0)
            throw new ArgumentException("A run needs a task at least.", nameof(tasks));
        if (tasks.Any(t => t.Objective is MaskedLanguageModel))
            _ = encoder.MaskedHead();
        (_tasks, _seed, _parts) = (tasks, options.Seed, new(encoder, options.TokensPerPass));
        _loop = new(encoder.Parameters, options);
    }

    /// <summary>Steps done.</summary>
    public long Step => _loop.Step;

    /// <summary>Trains up to the last step, or until validation stops it; then the encoder has the best weights.</summary>
    /// <exception cref="OperationCanceledException">Between two steps; with a checkpoint folder a checkpoint is written first.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public void Run(CancellationToken cancellation = default) => _loop.Run(Gradients, cancellation);

    private StepLosses Gradients(long step)
    {
        var losses = new double[_tasks.Count];
        long tokens = 0;
        for (var t = 0; t < losses.Length; t++)
        {
            var batch = _tasks[t].Stream.Batch(step);
            tokens += batch.Tokens;
            losses[t] = _parts.Run(_tasks[t], batch, RowStream.HashCode(_seed, (step * losses.Length) + t));
        }

        return new(losses.Zip(_tasks, (l, t) => l * t.Weight).Sum(), losses, tokens);
    }
}
