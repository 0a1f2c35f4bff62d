using System.Diagnostics;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// The loop of every run: gradients of a step, clipped; AdamW; validation, whose best weights are kept; checkpoints, at which a run that
/// was killed goes on with the same steps and moments as if it had not been.
/// </summary>
internal sealed class TrainingLoop
{
    private static readonly TimeSpan LongestUnkept = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<TrainedParameter> _parameters;
    private readonly EmbeddingTrainingOptions _options;
    private readonly BestWeights _best = new();
    private long _tokens;
    private long _kept = Stopwatch.GetTimestamp();

    /// <summary>Prepares a run, and goes to its last checkpoint if there is one.</summary>
    /// <param name="parameters">All weights, trained or not; they stay the caller's.</param>
    /// <param name="options">How it goes.</param>
    /// <exception cref="InvalidDataException">The checkpoint is broken, or another model's.</exception>
    public TrainingLoop(IReadOnlyList<TrainedParameter> parameters, EmbeddingTrainingOptions options)
    {
        (_parameters, _options) = (parameters, options);
        if (options.CheckpointFolder is { } folder && TrainingCheckpoint.Find(folder) is { } found)
            Step = TrainingCheckpoint.Read(found, parameters, _best, options.Fingerprint);
    }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Trains up to the last step, or until validation stops it; then the parameters have the best weights.</summary>
    /// <param name="gradients">Adds a step's gradients to the parameters'; told the step's number, from 0 on.</param>
    /// <param name="cancellation">Looked at between two steps.</param>
    /// <exception cref="OperationCanceledException">Between two steps; with a checkpoint folder a checkpoint is written first.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public void Run(Func<long, StepLosses> gradients, CancellationToken cancellation = default)
    {
        var optimizer = new AdamW(_parameters, _options.AdamW);
        while (Step < _options.Steps && !(_options.Validate is not null && _best.Since >= _options.Patience))
        {
            if (cancellation.IsCancellationRequested)
            {
                Keep();
                cancellation.ThrowIfCancellationRequested();
            }

            Advance(optimizer, gradients);
            if (Step % _options.CheckpointEvery == 0 || Step == _options.Steps || Stopwatch.GetElapsedTime(_kept) > LongestUnkept)
                Keep();
        }

        _best.Restore(_parameters);
    }

    private void Advance(AdamW optimizer, Func<long, StepLosses> gradients)
    {
        var start = Stopwatch.GetTimestamp();
        var found = gradients(Step);
        foreach (var parameter in _parameters)
            parameter.Complete();
        var norm = optimizer.GradientNorm();
        if (!double.IsFinite(found.Loss) || !double.IsFinite(norm))
            throw new InvalidOperationException($"Training diverged at step {Step + 1}: loss {found.Loss}, gradient {norm}. Lower the learning rate, or lengthen the warm-up.");
        var rate = _options.LearningRate.At(Step, _options.Steps);
        optimizer.Step(Step + 1, rate, _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / norm : 1);
        foreach (var parameter in _parameters)
            parameter.Finish();
        Step++;
        _tokens += found.Tokens;
        var speed = found.Tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        double? metric = null;
        if (_options.Validate is { } validate && (Step % _options.ValidateEvery == 0 || Step == _options.Steps))
        {
            using var _ = no_grad();
            metric = validate();
            _best.See(metric.Value, _parameters);
        }

        _options.Progress?.Invoke(new(Step, _options.Steps, found.Loss, found.Losses, rate, norm, _tokens, speed, metric));
    }

    private void Keep()
    {
        if (_options.CheckpointFolder is { } folder)
        {
            TrainingCheckpoint.Write(folder, Step, _parameters, _best, _options.Fingerprint);
            _kept = Stopwatch.GetTimestamp();
        }
    }
}
