using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using ML.Extensions.LongText;
using ML.Extensions.Training;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Trains a decoder to answer over segments under several plans, and makes a <see cref="GraphKvAnswerTransformer"/> of it; made by
/// <c>TrainGraphKvAnswerer</c>.
/// </summary>
/// <remarks>
/// <para>Input columns: question (text), segments (vector of text), optionally edges (vector of <see cref="int"/>), and for Fit the answer
/// (text). Output: as <c>AnswerWithGraphKv</c>.</para>
/// <para>Does it look at the data to train? Yes, once: texts are kept as ids. Native memory: yes, the transformer is <see cref="IDisposable"/>.
/// Exportable to ONNX: no. Losses and tokens a second go to <see cref="MLContext.Log"/>.</para>
/// </remarks>
public sealed class GraphKvAnswererTrainer : IEstimator<GraphKvAnswerTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output, _answer;
    private readonly GraphKvInputs _inputs;
    private readonly GraphKvTrainingOptions _options;
    private readonly GraphKvAnswerEstimator _shape;

    internal GraphKvAnswererTrainer(IHostEnvironment env, string output, GraphKvInputs inputs, string answer, GraphKvTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(answer);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.OutputFolder, nameof(options));
        if (options.Plans.Count == 0)
            throw new ArgumentException("Plans is empty: rows are learned under a plan at least.", nameof(options));
        if (options.Answering.Adapter is not null)
            throw new ArgumentException("Answering.Adapter is set: training makes the adapter. To go on from one, give Lora.Start.", nameof(options));
        (_env, _output, _inputs, _answer, _options) = (env, output, inputs, answer, options);
        _shape = new(env, output, inputs, options.Answering);
    }

    /// <summary>Trains, writes <see cref="GraphKvTrainingOptions.OutputFolder"/>, and opens it.</summary>
    /// <param name="input">The rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">There are no rows, one is wrong or does not fit the window, or options do not fit the model.</exception>
    /// <exception cref="NotSupportedException">The model or a plan cannot be trained.</exception>
    /// <exception cref="InvalidDataException">A file of the model, the adapter or the checkpoint is missing or wrong.</exception>
    /// <exception cref="IOException">All weights are trained, and the output folder is there already and is no model's.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public GraphKvAnswerTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        AnswerColumns.Check(input.Schema, _inputs, _answer);
        if (_options.Lora is null)
            TrainedFolder.CheckTarget(_options.OutputFolder);
        var host = _env.Register("GraphKvTraining");
        using var channel = host.Start("Train");
        var device = EnvironmentDevice.Of(_env);
        Train(input, channel);
        var trained = Path.GetFullPath(_options.OutputFolder);
        var answering = _options.Lora is null ? _options.Answering with { Model = trained } : _options.Answering with { Adapter = trained };
        return new(GraphKvAnswerer.Open(answering.Model, SavedAnswerer.Settings(answering), device), _output, _inputs, answering);
    }

    /// <summary>The schema behind this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _shape.GetOutputSchema(inputSchema);

    private void Train(IDataView input, IChannel channel)
    {
        var compute = _options.Compute;
        using var model = AnswerModel.Open(_options.Answering.Model, Settings());
        var decoder = model.Decoder;
        var prompt = new PromptTokens(model.Files, _options.Answering.Prompt);
        var reader = new AnswerColumns(_inputs, _answer, prompt, model.EndId, _options.Answering.MaxSegmentTokens);
        var identity = new ModelIdentity(decoder.Spec, decoder.Precision, TorchSharp.torch.CPU, "training");
        AnswerStream Stream(IReadOnlyList<AnswerExample> rows) => new(identity, prompt.Prefix, rows, _options.Plans, _options.RowsPerStep, compute.Seed);
        var rows = reader.Read(input);
        var stream = Stream(rows);
        var steps = Math.Max(1, (long)Math.Round(stream.StepsPerEpoch * _options.Epochs));
        channel.Info(string.Create(CultureInfo.InvariantCulture,
            $"{stream.Examples:N0} rows under {_options.Plans.Count} plans, {steps:N0} steps; {decoder.Spec.Family}, {decoder.Parameters.Sum(p => p.Ranges.Sum(r => r.Count)):N0} weights trained, precision {decoder.Precision}."));
        var log = new TrainingLog(channel, "negative loss", compute.Progress);
        var options = TrainingSettings.Of(_options.Schedule, compute, steps) with
        {
            Progress = log.Report, Fingerprint = AnswerFingerprint.Of(model.Files.ContentHash, prompt.Prefix, rows, _options, steps),
        };
        if (_options.Validation is { } validation)
        {
            var held = Stream(reader.Read(validation.Data)).All();
            var measure = new AnswerStep(decoder, compute.TokensPerPass);
            options = options with { Validate = () => -measure.Measure(held).SelectMany(s => s).Average(s => s.Loss), ValidateEvery = validation.Every, Patience = validation.Patience };
        }

        var run = new AnswerTrainingRun(decoder, stream.Batch, options);
        if (run.Step > 0)
            channel.Info($"Goes on at the checkpoint of step {run.Step}.");
        run.Run(compute.CancellationToken);
        model.Save(_options.OutputFolder);
    }

    private TrainableDecoderSettings Settings() => new()
    {
        Precision = _options.Compute.Precision, RecomputeLayers = _options.Compute.RecomputeLayers, Adapter = _options.Lora?.Start,
        Lora = _options.Lora?.Settings(_options.Compute.Seed),
    };
}
