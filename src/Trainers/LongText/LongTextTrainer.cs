using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>
/// Trains an embedding model on the rows of a data view and makes a <see cref="LongTextEmbeddingTransformer"/> of it; made by
/// <see cref="LongTextCatalog.TrainTextEmbedding"/>.
/// </summary>
/// <remarks>
/// <para>Input columns: text; what the objective names: texts, a number, a vector of <see cref="float"/>. Output: as <c>EmbedLongText</c>.</para>
/// <para>Does it look at the data to train? Yes, once: texts are kept as ids. Native memory: yes, the transformer is <see cref="IDisposable"/>.
/// Exportable to ONNX: no. Losses, metrics and tokens a second go to <see cref="MLContext.Log"/>.</para>
/// </remarks>
public sealed class LongTextTrainer : IEstimator<LongTextEmbeddingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output, _input;
    private readonly TextEmbeddingObjective _objective;
    private readonly LongTextTrainingOptions _options;
    private readonly LongTextEmbeddingEstimator _shape;

    internal LongTextTrainer(IHostEnvironment env, string outputColumnName, string inputColumnName, TextEmbeddingObjective objective, LongTextTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(objective);
        (_env, _output, _input, _objective, _options) = (env, outputColumnName, inputColumnName, objective, options);
        LoraRules.Check(options, objective);
        if (options.RowsPerStep == 1 && objective is TextEmbeddingObjective.Pairs { NegativeColumnNames.Count: 0 } or TextEmbeddingObjective.Scored { Loss: not ScoredPairLoss.CosineRegression })
            throw new ArgumentException("RowsPerStep is 1, but this objective compares the rows of a step: nothing would be learned. Choose at least 2.", nameof(options));
        if (options.Texts.Windows > 1 && (objective is TextEmbeddingObjective.MaskedText or TextEmbeddingObjective.DistilledModel { TokenWeight: > 0 } || options.Change.NewPositions is not null))
            throw new ArgumentException("Texts.Windows is above 1, which makes one vector of several windows; hidden words, tokens' states and new positions are learned from tokens. Leave it at 1.", nameof(options));
        _shape = new(env, outputColumnName, inputColumnName, options.Embedding);
        if (options.MatryoshkaDimensions.Count > 0 && objective is TextEmbeddingObjective.MaskedText)
            throw new ArgumentException("MatryoshkaDimensions is set, but hidden words are guessed from the tokens' states, not from vectors. Leave it empty.", nameof(options));
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">There are no rows, one is wrong, or options do not fit the model.</exception>
    /// <exception cref="InvalidDataException">A file of the model, the adapter or the checkpoint is missing or wrong.</exception>
    /// <exception cref="IOException">The output folder is there already and is no model's.</exception>
    /// <exception cref="NotSupportedException">The model's family cannot be trained.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LongTextEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_options.OutputFolder is { } folder)
            TrainedFolder.CheckTarget(folder);
        var host = _env.Register("LongTextTraining");
        using var channel = host.Start("Train");
        var device = EnvironmentDevice.Of(_env);
        using var encoder = TrainingModel.Open(_options, device);
        using var teacher = _objective is TextEmbeddingObjective.DistilledModel distilled ? TeacherModel.Open(distilled.Teacher, encoder, device, distilled.Loss == DistillationLoss.Similarities) : null;
        var reader = new TrainingColumns(_input, _objective, _options.Texts, encoder);
        var rows = reader.Read(input);
        var compute = _options.Compute;
        var stream = new RowStream(rows, int.MaxValue, _options.RowsPerStep, compute.Seed, _options.Texts.Windows);
        var placed = TrainingModel.Positions(_options)?.Place(stream, compute.Seed) ?? stream;
        var task = new TrainingTask(TrainingObjectives.Of(_objective, _options.MatryoshkaDimensions, encoder), placed) { Teacher = teacher?.Encoder };
        var steps = Math.Max(1, (long)Math.Round(stream.StepsPerEpoch * _options.Epochs));
        channel.Info(string.Create(CultureInfo.InvariantCulture,
            $"{rows.Count:N0} rows, {rows.Sum(r => (long)r.TokensOf(_options.Texts.Windows)):N0} tokens, {steps:N0} steps; {encoder.Spec.Family}, {encoder.Parameters.Sum(p => p.Ranges.Sum(r => r.Count)):N0} of {encoder.WeightCount:N0} weights trained{(_options.Lora is null ? "" : " in low-rank matrices")}, precision {encoder.Precision}."));
        var log = new TrainingLog(channel, task.Objective.MetricName, compute.Progress);
        var options = TrainingSettings.Of(_options, steps) with
        {
            Progress = log.Report,
            Fingerprint = TrainingFingerprint.Of([encoder.ContentHash, .. teacher is null ? [] : new[] { teacher.ContentHash }], rows, _objective, _options, steps),
        };
        if (_options.Validation is { } validation)
        {
            var held = TrainingBatch.Of(reader.Read(validation.Data));
            var measure = new TaskStep(encoder, compute.TokensPerPass);
            options = options with { Validate = () => measure.Measure(task, held), ValidateEvery = validation.Every, Patience = validation.Patience };
        }

        var run = new EmbeddingTrainingRun(encoder, [task], options);
        if (run.Step > 0)
            channel.Info($"Goes on at the checkpoint of step {run.Step}.");
        run.Run(compute.CancellationToken);
        return TrainedTransformer.Make(host, encoder, _output, _input, _options, device, message => channel.Info(message));
    }

    /// <summary>The schema behind this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text column is missing or is no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _shape.GetOutputSchema(inputSchema);
}
