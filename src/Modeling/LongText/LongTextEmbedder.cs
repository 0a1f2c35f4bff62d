using System.Globalization;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;

namespace ML.Extensions.LongText;

/// <summary>
/// Turns texts of any length into vectors: tokenizes, plans windows and positions, packs batches by tokens (longest
/// first), encodes, pools and normalises. Safe for use by several threads.
/// </summary>
internal sealed class LongTextEmbedder : IDisposable
{
    private readonly EmbeddingCheckpoint _checkpoint;
    private readonly TextEncoder _encoder;
    private readonly TextPlanner _planner;
    private readonly VectorFinisher _finisher;
    private readonly EmbedderSettings _settings;
    private readonly IReadOnlyList<PoolingMode> _pooling;
    private readonly string _prompt;

    private LongTextEmbedder(
        EmbeddingCheckpoint checkpoint, TextEncoder encoder, EmbedderSettings settings, Action<string>? log)
    {
        _checkpoint = checkpoint;
        _encoder = encoder;
        _settings = settings;
        _pooling = settings.Pooling is { } own ? [own] : checkpoint.Pooling;
        _prompt = settings.Prompt ?? NamedPrompt(checkpoint, settings.PromptName);
        var (extension, scaled) = settings.Extension is ContextExtension.AutoExtension
            ? AutoExtensions.Choose(encoder, settings.ChunkTokens is not null)
            : (settings.Extension, false);
        ExtensionFit.Check(extension, encoder, checkpoint.Name);
        _planner = new(
            Math.Min(checkpoint.MaxSequenceLength, encoder.Config.Window), extension, settings.LogLengthScaling ?? scaled,
            settings.MaxTokens, settings.BeyondLimit, checkpoint.Tokenizer.Prefix, checkpoint.Tokenizer.Suffix)
        { Kind = encoder.Positions };
        _finisher = new(checkpoint, settings, _pooling.Count * encoder.Config.Width);
        log?.Invoke(string.Create(CultureInfo.InvariantCulture,
            $"{checkpoint.Name}: {encoder.Config.Family}, {encoder.ParameterCount:N0} parameters, window {_planner.Window}, precision {encoder.Precision}, extension {extension.Name}{(_planner.LogLengthScaling ? " with log-length scaling" : "")}, limit {_planner.Limit} tokens."));
    }

    /// <summary>Floats in a vector.</summary>
    public int Dimensions => _finisher.Dimensions;

    /// <summary>Trained window in tokens, special ones included.</summary>
    public int Window => _planner.Window;

    /// <summary>The precision in use; never Auto.</summary>
    public Precision Precision => _encoder.Precision;

    /// <summary>The folder's or package's name.</summary>
    public string ModelName => _checkpoint.Name;

    /// <summary>SHA-256 over the model's files.</summary>
    public string ContentHash => _checkpoint.ContentHash;

    /// <summary>Prompts by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts => _checkpoint.Prompts;

    /// <summary>Name of the prompt used where none is asked for.</summary>
    public string? DefaultPromptName => _checkpoint.DefaultPromptName;

    /// <summary>Sizes of the network.</summary>
    public EncoderConfig Encoder => _encoder.Config;

    /// <summary>How texts are laid out.</summary>
    public TextPlanner Planner => _planner;

    /// <summary>Opens a model and makes it ready.</summary>
    /// <exception cref="InvalidDataException">The model's files are wrong; the message names the file.</exception>
    /// <exception cref="ArgumentException">The settings do not fit the model.</exception>
    public static LongTextEmbedder Open(
        EmbeddingModel model, EmbedderSettings settings, ComputeDevice device, Action<string>? log = null)
        => Open(EmbeddingCheckpoints.Open(model, settings.Adapter), settings, device, log);

    /// <summary>Takes an opened checkpoint over, and makes it ready.</summary>
    public static LongTextEmbedder Open(
        EmbeddingCheckpoint checkpoint, EmbedderSettings settings, ComputeDevice device, Action<string>? log = null)
    {
        TextEncoder? encoder = null;
        try
        {
            encoder = TextEncoders.Create(
                checkpoint.Config, TaskAdapters.Apply(checkpoint.Config, checkpoint.Weights, settings.PromptName ?? checkpoint.DefaultPromptName), settings.Precision, device, checkpoint.Name);
            if (checkpoint.Tokenizer.VocabularySize > encoder.Config.VocabularySize)
            {
                throw new InvalidDataException(
                    $"{checkpoint.Name}: the vocabulary has {checkpoint.Tokenizer.VocabularySize} ids, the word embedding only {encoder.Config.VocabularySize} rows. The folder mixes two models: fetch it again as a whole.");
            }

            return new(checkpoint, encoder, settings, log);
        }
        catch
        {
            encoder?.Dispose();
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Tokens of a text, prompt and special ones included.</summary>
    public int CountTokens(string text) =>
        _checkpoint.Tokenizer.Encode(_prompt + text).Count + _planner.Prefix.Count + _planner.Suffix.Count;

    /// <summary>Pieces of a text by their tokens, as UTF-16 units; an empty text has none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Tokens of a piece; the last one may have fewer.</param>
    public IReadOnlyList<(int Start, int End)> Pieces(string text, int tokens)
    {
        var all = _checkpoint.Tokenizer.Encode(text);
        return [.. Enumerable.Range(0, (all.Count + tokens - 1) / tokens).Select(i => (all.Starts[i * tokens], all.Ends[Math.Min((i + 1) * tokens, all.Count) - 1]))];
    }

    /// <summary>Embeds texts; results in their order.</summary>
    /// <exception cref="InvalidOperationException">A text is over the limit and the settings say Error.</exception>
    /// <exception cref="OperationCanceledException">Between two batches.</exception>
    public IReadOnlyList<TextEmbedding> Embed(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        var work = new EmbeddingWork[texts.Count];
        for (var i = 0; i < work.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            work[i] = Prepare(texts[i]);
        }

        var queue = work.SelectMany(w => w.Sequences.Select(s => (Work: w, Sequence: s)))
            .OrderByDescending(x => x.Sequence.Ids.Length).ToArray();
        for (var at = 0; at < queue.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var tokens = queue[at].Sequence.Ids.Length;
            var end = at + 1;
            while (end < queue.Length && tokens + queue[end].Sequence.Ids.Length <= _settings.TokensPerBatch)
                tokens += queue[end++].Sequence.Ids.Length;
            Encode(queue.AsSpan(at, end - at));
            at = end;
        }

        return _finisher.Finish(work);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _checkpoint.Dispose();
    }

    private static string NamedPrompt(EmbeddingCheckpoint checkpoint, string? name)
    {
        name ??= checkpoint.DefaultPromptName;
        if (name is null)
            return "";
        return checkpoint.Prompts.TryGetValue(name, out var prompt)
            ? prompt
            : throw new ArgumentException(
                $"{checkpoint.Name} has no prompt '{name}'. It has: {(checkpoint.Prompts.Count == 0 ? "none" : string.Join(", ", checkpoint.Prompts.Keys.Order(StringComparer.Ordinal)))}.");
    }

    private EmbeddingWork Prepare(string text)
    {
        var tokens = _checkpoint.Tokenizer.Encode(_prompt + text);
        var prompt = 0;
        while (prompt < tokens.Count && tokens.Starts[prompt] < _prompt.Length)
            prompt++;
        var (lead, body) = (tokens.Ids[..prompt], tokens.Ids[prompt..]);
        var plan = _planner.Plan(lead, body);
        return new(plan, _pooling.Count * _encoder.Config.Width, tokens, prompt, _prompt.Length)
        {
            ChunkTokens = _settings.ChunkTokens,
            ChunkWidth = _encoder.Config.Width,
            First = _settings.FirstWindow ? _planner.FirstWindow(plan, lead, body) : null,
        };
    }

    private void Encode(ReadOnlySpan<(EmbeddingWork Work, TextSequence Sequence)> items)
    {
        var lengths = new int[items.Length];
        for (var i = 0; i < items.Length; i++)
            lengths[i] = items[i].Sequence.Ids.Length;
        var total = lengths.Sum();
        var ids = new int[total];
        var (positions, scales) = Layout(items, ids);
        var pooledPrompt = _checkpoint.IncludePrompt;
        var firstOnly = _pooling is [PoolingMode.Cls] && _settings.ChunkTokens is null
            && (pooledPrompt || _prompt.Length == 0);
        using var states = _encoder.Encode(
            new(ids, lengths)
            {
                Positions = positions,
                LogitScales = scales,
                Rotary = Each(items, s => s.Rotary),
                SelfExtend = Each(items, s => s.SelfExtend),
            },
            firstOnly ? EncoderOutput.FirstToken : EncoderOutput.AllTokens);
        var values = states.data<float>().ToArray();
        var width = _encoder.Config.Width;
        for (int i = 0, row = 0; i < items.Length; i++)
        {
            var rows = firstOnly ? 1 : lengths[i];
            var (work, sequence) = items[i];
            var from = pooledPrompt || sequence.Lead <= _planner.Prefix.Count ? 0 : sequence.Lead;
            work.Add(sequence, values.AsSpan(row * width, rows * width), _pooling, from);
            row += rows;
        }
    }

    /// <summary>One value a sequence; null if none has one.</summary>
    private static T?[]? Each<T>(ReadOnlySpan<(EmbeddingWork Work, TextSequence Sequence)> items, Func<TextSequence, T?> value)
        where T : class
    {
        var values = new T?[items.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(items[i].Sequence);
        return Array.TrueForAll(values, v => v is null) ? null : values;
    }

    private (float[]? Positions, float[]? Scales) Layout(
        ReadOnlySpan<(EmbeddingWork Work, TextSequence Sequence)> items, int[] ids)
    {
        float[]? positions = null;
        float[]? scales = null;
        for (int i = 0, at = 0; i < items.Length; i++)
        {
            var sequence = items[i].Sequence;
            sequence.Ids.CopyTo(ids, at);
            if (sequence.Positions is not null)
                positions ??= new float[ids.Length];
            if (sequence.LogitScale != 1)
                scales ??= [.. Enumerable.Repeat(1f, items.Length)];
            if (scales is not null)
                scales[i] = sequence.LogitScale;
            at += sequence.Ids.Length;
        }

        for (int i = 0, at = 0; positions is not null && i < items.Length; i++)
        {
            var sequence = items[i].Sequence;
            var stride = _encoder.PositionStride;
            (sequence.Positions ?? PackedTokens.SpreadPositions(sequence.Ids.Length, stride, _encoder.Config.Window / stride)).CopyTo(positions, at);
            at += sequence.Ids.Length;
        }

        return (positions, scales);
    }
}
