using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Generation;
using ML.Extensions.LongText;
using ML.Extensions.Tokenization;
using ML.Extensions.Transformers;

namespace ML.Extensions.GraphKv;

/// <summary>Answers questions over segments by a decoder: texts in, text out. Safe for several threads; segments are encoded once.</summary>
internal sealed class GraphKvAnswerer : IDisposable
{
    /// <summary>Special tokens that end a turn or a text, as far as a model's tokenizer has them.</summary>
    private static readonly string[] Ends =
        ["</s>", "<|im_end|>", "<|endoftext|>", "<|end_of_text|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<eos>"];

    private readonly CausalDecoder _decoder;
    private readonly TextTokenizer _tokenizer;
    private readonly AnswererSettings _settings;
    private readonly GraphKvPrompt _prompt;
    private readonly GenerationSettings _generation;
    private readonly int[] _prefix;

    private GraphKvAnswerer(CausalDecoder decoder, EmbeddingCheckpoint checkpoint, AnswererSettings settings)
    {
        (_decoder, _tokenizer, _settings, ContentHash) = (decoder, checkpoint.Tokenizer, settings, checkpoint.ContentHash);
        Engine = new(decoder, checkpoint.ContentHash, new(settings.CacheMemoryBytes, settings.Cache is { } folder ? new(folder) : null));
        _prompt = settings.Prompt ?? (Special("<|im_start|>") is not null && Special("<|im_end|>") is not null ? GraphKvPrompt.ChatMl : GraphKvPrompt.Plain);
        _prefix = [.. _tokenizer.Prefix, .. _tokenizer.Encode(_prompt.Before).Ids];
        _generation = new()
        {
            Sampling = settings.Sampling,
            MaxNewTokens = settings.MaxNewTokens,
            StopTexts = settings.StopTexts,
            StopIds = StopIds(checkpoint.Config),
        };
    }

    /// <summary>The engine, and behind it the segment cache.</summary>
    public GraphKvEngine Engine { get; }

    /// <summary>SHA-256 over the model's files.</summary>
    public string ContentHash { get; }

    /// <summary>The precision in use.</summary>
    public Precision Precision => _decoder.Precision;

    /// <summary>Opens a folder, or a GGUF or llama2.c file.</summary>
    /// <exception cref="NotSupportedException">It is no decoder that is known, or its positions cannot be moved.</exception>
    /// <exception cref="InvalidDataException">A file is missing or wrong; the message names it.</exception>
    public static GraphKvAnswerer Open(string model, AnswererSettings settings, ComputeDevice device)
    {
        using var checkpoint = FolderModels.Open(model);
        var decoder = CausalDecoder.Create(checkpoint.Config, checkpoint.Weights, settings.Precision, device, checkpoint.Name);
        try
        {
            return new(decoder, checkpoint, settings);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>Answers one question.</summary>
    /// <param name="request">Question, segments, edges.</param>
    /// <param name="shares">Whether to measure what each segment got; decoding is slower then.</param>
    /// <param name="divergence">Whether to compare with Sequential, which encodes all segments in order.</param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <exception cref="ArgumentException">An edge names no segment, or the question does not fit the model's window.</exception>
    public SegmentAnswer Answer(AnswerRequest request, bool shares, bool divergence, CancellationToken cancellation = default)
    {
        var watch = Stopwatch.StartNew();
        var input = new PlanInput(Engine.Model, _prefix, [.. request.Segments.Select(SegmentIds)], request.Edges);
        var question = QuestionIds(request.Question);
        using var readout = Engine.Open(_settings.Plan.Lay(input), shares);
        using var tokens = new FirstLogits(new ReadoutTokens(readout), keep: divergence);
        var run = new GenerationRun(tokens, _tokenizer, [new(question, _prefix)], _generation);
        run.Step(cancellation);
        var prefill = watch.Elapsed;
        run.Finish(cancellation);
        return new(
            run.Sequences[0].Text.Trim(), readout.Spent.TokensReused, readout.Spent.TokensComputed + question.Length,
            (readout.ContextTokens + readout.Count) * TokenBytes, prefill,
            shares ? [.. Enumerable.Range(0, request.Segments.Count).Select(n => (float)readout.Shares.GetValueOrDefault(n))] : null,
            divergence ? Divergence(input, question, tokens.Kept!) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.Cache.Dispose();
        _decoder.Dispose();
    }

    /// <summary>Bytes of keys and values of a token.</summary>
    private long TokenBytes => _decoder.Spec.Blocks.Sum(b => 2L * b.Attention.KeyHeads * b.Attention.HeadWidth) * (_decoder.Precision == Precision.BFloat16 ? 2 : 4);

    private int[] SegmentIds(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        var ids = _tokenizer.Encode(GraphKvPrompt.Put(_prompt.Segment, text)).Ids;
        return _settings.MaxSegmentTokens is { } most && ids.Length > most ? ids[..most] : ids;
    }

    private int[] QuestionIds(string text) =>
        _tokenizer.Encode(GraphKvPrompt.Put(_prompt.Question, text)).Ids is { Length: > 0 } ids ? ids
            : throw new ArgumentException("The question has no token: the prompt's form of it and its text are empty.");

    /// <summary>KL(sequential ‖ plan) of the token behind the question, nats.</summary>
    private double Divergence(PlanInput input, int[] question, float[] found)
    {
        using var readout = Engine.Open(GraphKvPlan.Sequential.Lay(input));
        using var logits = readout.Append(question);
        var (expected, own) = (LogSoftmax(MemoryMarshal.Cast<byte, float>(logits.bytes).ToArray()), LogSoftmax(found));
        return Math.Max(0, expected.Zip(own, (e, o) => Math.Exp(e) * (e - o)).Sum());
    }

    private static double[] LogSoftmax(float[] logits)
    {
        double most = logits.Max();
        var sum = most + Math.Log(logits.Sum(l => Math.Exp(l - most)));
        return [.. logits.Select(l => l - sum)];
    }

    private HashSet<int> StopIds(JsonElement config)
    {
        var ids = Ends.Select(Special).OfType<int>().ToHashSet();
        if (config.Find("eos_token_id") is { } end)
        {
            foreach (var id in end.ValueKind == JsonValueKind.Array ? end.EnumerateArray().ToArray() : [end])
                if (id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number))
                    ids.Add(number);
        }

        return ids;
    }

    /// <summary>The id of a special token; null if the tokenizer has none of that text.</summary>
    private int? Special(string text) => _tokenizer.Encode(text).Ids is [var id] && _tokenizer.Decode([id]).Length == 0 ? id : null;
}
