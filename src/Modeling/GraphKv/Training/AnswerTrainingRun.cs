using ML.Extensions.Training;

namespace ML.Extensions.GraphKv;

/// <summary>Trains a decoder to answer over segments. With a checkpoint folder, a run that was killed goes on at its last checkpoint.</summary>
internal sealed class AnswerTrainingRun
{
    private readonly Func<long, IReadOnlyList<PackedAnswer>> _stream;
    private readonly AnswerStep _step;
    private readonly TrainingLoop _loop;

    /// <summary>Prepares a run, and goes to its last checkpoint if there is one.</summary>
    /// <param name="decoder">The model; it stays the caller's.</param>
    /// <param name="stream">Gives the examples of a step, from 0 on; the same for the same step.</param>
    /// <param name="options">How it goes.</param>
    /// <exception cref="InvalidDataException">The checkpoint is broken, or another model's.</exception>
    public AnswerTrainingRun(TrainableDecoder decoder, Func<long, IReadOnlyList<PackedAnswer>> stream, EmbeddingTrainingOptions options) =>
        (_stream, _step, _loop) = (stream, new(decoder, options.TokensPerPass), new(decoder.Parameters, options));

    /// <summary>Steps done.</summary>
    public long Step => _loop.Step;

    /// <summary>Trains up to the last step, or until validation stops it; then the decoder has the best weights.</summary>
    /// <exception cref="OperationCanceledException">Between two steps; with a checkpoint folder a checkpoint is written first.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    public void Run(CancellationToken cancellation = default) => _loop.Run(step => _step.Run(_stream(step)), cancellation);
}
