using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ML.Extensions.Devices;
using ML.Extensions.Generation;

namespace ML.Extensions.GraphKv;

/// <summary>Answers questions over segments by a decoder: texts in, text out. Safe for several threads; segments are encoded once.</summary>
internal sealed class GraphKvAnswerer : IDisposable
{
    private readonly GenerationModel _model;
    private readonly AnswererSettings _settings;
    private readonly PromptTokens _prompt;
    private readonly GenerationSettings _generation;

    private GraphKvAnswerer(GenerationModel model, AnswererSettings settings)
    {
        (_model, _settings, _prompt) = (model, settings, new(model, settings.Prompt));
        Engine = new(model.Decoder, model.ContentHash, new(settings.CacheMemoryBytes, settings.Cache is { } folder ? new(folder) : null));
        _generation = new()
        {
            Sampling = settings.Sampling,
            MaxNewTokens = settings.MaxNewTokens,
            StopTexts = settings.StopTexts,
            StopIds = model.StopIds,
        };
    }

    /// <summary>The engine, and behind it the segment cache.</summary>
    public GraphKvEngine Engine { get; }

    /// <summary>SHA-256 over the model's files.</summary>
    public string ContentHash => _model.ContentHash;

    /// <summary>The precision in use.</summary>
    public Precision Precision => _model.Decoder.Precision;

    /// <summary>Opens a folder, or a GGUF or llama2.c file.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="NotSupportedException">It is no decoder that is known, its positions cannot be moved, or the prompt needs a chat template that it has not.</exception>
    /// <exception cref="InvalidDataException">A file is missing or wrong; the message names it.</exception>
    public static GraphKvAnswerer Open(string model, AnswererSettings settings, ComputeDevice device)
    {
        var opened = GenerationModel.Open(model, settings.Precision, device, settings.Adapter);
        try
        {
            return new(opened, settings);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Answers one question.</summary>
    /// <param name="request">Question, segments, edges.</param>
    /// <param name="shares">Whether to measure what each segment got; decoding is slower then.</param>
    /// <param name="divergence">Whether to compare with Sequential, which encodes all segments in order.</param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <exception cref="ArgumentException">An edge names no segment, or the question does not fit the model's window.</exception>
    public GraphKvAnswer Answer(AnswerRequest request, bool shares, bool divergence, CancellationToken cancellation = default)
    {
        using var run = Begin(request, shares, divergence);
        while (run.Step(cancellation))
            ;
        var answer = run.Result();
        return divergence ? answer with { Divergence = Divergence(request, run.First!) } : answer;
    }

    /// <summary>Answers one question, text by text as it becomes certain.</summary>
    /// <param name="request">Question, segments, edges.</param>
    /// <param name="shares">Whether to measure what each segment got.</param>
    /// <param name="ended">Called with the answer, also when it was cancelled; null is nobody.</param>
    /// <param name="cancellation">Ends the answer within a token.</param>
    /// <exception cref="ArgumentException">An edge names no segment, or the question does not fit the model's window.</exception>
    public async IAsyncEnumerable<string> Stream(
        AnswerRequest request, bool shares, Action<GraphKvAnswer>? ended, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var run = await Task.Run(() => Begin(request, shares, divergence: false), cancellation).ConfigureAwait(false);
        try
        {
            while (await Task.Run(() => run.Step(cancellation), cancellation).ConfigureAwait(false))
                if (run.NewText is { Length: > 0 } text)
                    yield return text;
        }
        finally
        {
            ended?.Invoke(run.Result());
        }
    }

    /// <summary>Encodes the segments, and opens what the answer is read from.</summary>
    /// <exception cref="ArgumentException">An edge names no segment, or the question does not fit the model's window.</exception>
    public AnswerRun Begin(AnswerRequest request, bool shares, bool divergence)
    {
        var watch = Stopwatch.StartNew();
        var question = _prompt.QuestionIds(request.Question);
        var readout = Engine.Open(_settings.Plan.Lay(Input(request)), shares);
        try
        {
            return new(readout, watch, (request.Segments.Count, question.Length, TokenBytes), (shares, divergence),
                source => new(source, _model.Tokenizer, [new(question, _prompt.Prefix)], _generation));
        }
        catch
        {
            readout.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.Cache.Dispose();
        _model.Dispose();
    }

    /// <summary>Bytes of keys and values of a token.</summary>
    private long TokenBytes => _model.Decoder.Spec.Blocks.Sum(b => 2L * b.Attention.KeyHeads * b.Attention.HeadWidth) * (Precision == Precision.BFloat16 ? 2 : 4);

    private PlanInput Input(AnswerRequest request) => new(
        Engine.Model, _prompt.Prefix, [.. request.Segments.Select(s => _prompt.SegmentIds(s, _settings.MaxSegmentTokens))], request.Edges);

    /// <summary>KL(sequential ‖ plan) of the token behind the question, nats.</summary>
    private double Divergence(AnswerRequest request, float[] found)
    {
        using var readout = Engine.Open(GraphKvPlan.Sequential.Lay(Input(request)));
        using var logits = readout.Append(_prompt.QuestionIds(request.Question));
        var (expected, own) = (LogSoftmax(MemoryMarshal.Cast<byte, float>(logits.bytes).ToArray()), LogSoftmax(found));
        return Math.Max(0, expected.Zip(own, (e, o) => Math.Exp(e) * (e - o)).Sum());
    }

    private static double[] LogSoftmax(float[] logits)
    {
        double most = logits.Max();
        var sum = most + Math.Log(logits.Sum(l => Math.Exp(l - most)));
        return [.. logits.Select(l => l - sum)];
    }
}
