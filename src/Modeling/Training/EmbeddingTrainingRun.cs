using System.Diagnostics;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// Trains an encoder: each step adds the gradients of all tasks, clips them and lets AdamW move the weights. With a checkpoint folder, a
/// run that was killed goes on at its last checkpoint, with the same batches and moments as if it had not been.
/// </summary>
internal sealed class EmbeddingTrainingRun
{
    private readonly TrainableEncoder _encoder;
    private readonly IReadOnlyList<TrainingTask> _tasks;
    private readonly EmbeddingTrainingOptions _options;
    private readonly BestWeights _best = new();
    private long _tokens;

    /// <summary>Prepares a run, and goes to its last checkpoint if there is one.</summary>
    /// <param name="encoder">The model; it stays the caller's.</param>
    /// <param name="tasks">Objectives with their data.</param>
    /// <param name="options">How it goes.</param>
    /// <exception cref="InvalidDataException">The checkpoint is broken, or another model's.</exception>
    public EmbeddingTrainingRun(TrainableEncoder encoder, IReadOnlyList<TrainingTask> tasks, EmbeddingTrainingOptions options)
    {
        if (tasks.Count == 0)
            throw new ArgumentException("A run needs a task at least.", nameof(tasks));
        (_encoder, _tasks, _options) = (encoder, tasks, options);
        if (tasks.Any(t => t.Objective is MaskedLanguageModel))
            _ = encoder.MaskedHead();
        if (options.CheckpointFolder is { } folder && TrainingCheckpoint.Find(folder) is { } found)
            Step = TrainingCheckpoint.Read(found, encoder, _best);
    }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Trains up to the last step, or until validation stops it; then the encoder has the best weights.</summary>
    /// <exception cref="OperationCanceledException">Between two steps; with a checkpoint folder a checkpoint is written first.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public void Run(CancellationToken cancellation = default)
    {
        var optimizer = new AdamW(_encoder.Parameters, _options.AdamW);
        var parts = new TaskStep(_encoder, _options.TokensPerPass);
        while (Step < _options.Steps && !(_options.Validate is not null && _best.Since >= _options.Patience))
        {
            if (cancellation.IsCancellationRequested)
            {
                Keep();
                cancellation.ThrowIfCancellationRequested();
            }

            Advance(optimizer, parts);
            if (Step % _options.CheckpointEvery == 0 || Step == _options.Steps)
                Keep();
        }

        _best.Restore(_encoder);
    }

    private void Advance(AdamW optimizer, TaskStep parts)
    {
        var start = Stopwatch.GetTimestamp();
        var losses = new double[_tasks.Count];
        long tokens = 0;
        for (var t = 0; t < losses.Length; t++)
        {
            var batch = _tasks[t].Stream.Batch(Step);
            tokens += batch.Texts.Sum(x => (long)x.Length);
            losses[t] = parts.Run(_tasks[t], batch, RowStream.HashCode(_options.Seed, (Step * losses.Length) + t));
        }

        var loss = losses.Zip(_tasks, (l, t) => l * t.Weight).Sum();
        var norm = optimizer.GradientNorm();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new InvalidOperationException($"Training diverged at step {Step + 1}: loss {loss}, gradient {norm}. Lower the learning rate, or lengthen the warm-up.");
        var rate = _options.LearningRate.At(Step, _options.Steps);
        optimizer.Step(Step + 1, rate, _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / norm : 1);
        foreach (var parameter in _encoder.Parameters)
            parameter.Finish();
        Step++;
        _tokens += tokens;
        var speed = tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        double? metric = null;
        if (_options.Validate is { } validate && (Step % _options.ValidateEvery == 0 || Step == _options.Steps))
        {
            using var _ = no_grad();
            metric = validate();
            _best.See(metric.Value, _encoder);
        }

        _options.Progress?.Invoke(new(Step, _options.Steps, loss, losses, rate, norm, _tokens, speed, metric));
    }

    private void Keep()
    {
        if (_options.CheckpointFolder is { } folder)
            TrainingCheckpoint.Write(folder, Step, _encoder, _best);
    }
}
