using System.Runtime.CompilerServices;

namespace ML.Extensions.Generation;

/// <summary>Answers prompts with a model: several at once, or one as a stream of text. Safe for several threads.</summary>
/// <param name="model">The model; stays the caller's.</param>
/// <param name="settings">What ends a text and how tokens are chosen; the model's stop tokens are added.</param>
/// <param name="format">How prompts reach the model.</param>
internal sealed class TextGenerator(GenerationModel model, GenerationSettings settings, PromptFormat format = PromptFormat.Auto)
{
    private readonly GenerationSettings _settings = settings with { StopIds = new HashSet<int>(settings.StopIds.Concat(model.StopIds)) };

    /// <summary>The model.</summary>
    public GenerationModel Model => model;

    /// <summary>Ids of a prompt.</summary>
    /// <param name="prompt">What the user says, or the text to go on with.</param>
    /// <param name="system">What the model is told beforehand; null or empty is nothing.</param>
    /// <exception cref="NotSupportedException">The model has no chat template, and the prompt needs one.</exception>
    /// <exception cref="ArgumentException">The template refuses it, or it has no token.</exception>
    public int[] Ids(string prompt, string? system = null)
    {
        var chats = format switch
        {
            PromptFormat.Auto => model.Chat is not null || !string.IsNullOrEmpty(system),
            PromptFormat.Chat => true,
            _ => false,
        };
        if (!chats && !string.IsNullOrEmpty(system))
            throw new ArgumentException("A plain prompt has no system message: PromptFormat.Plain and a system message exclude each other.");
        var ids = !chats ? model.PlainIds(prompt)
            : model.ChatIds(string.IsNullOrEmpty(system) ? [ChatMessage.User(prompt)] : [ChatMessage.System(system), ChatMessage.User(prompt)]);
        return ids.Length > 0 ? ids : throw new ArgumentException($"The prompt is empty, and {model.Name} puts no token before it: there is nothing to go on with.");
    }

    /// <summary>Answers several prompts side by side.</summary>
    /// <exception cref="ArgumentException">A prompt is longer than the model's window.</exception>
    /// <exception cref="OperationCanceledException">Between two tokens.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(IReadOnlyList<int[]> prompts, CancellationToken cancellation = default)
    {
        using var source = new CachedTokens(model.Decoder, prompts.Count, model.Window);
        return Begin(source, prompts).Finish(cancellation);
    }

    /// <summary>Answers one prompt, text by text as it becomes certain; whole characters only.</summary>
    /// <param name="prompt">Ids of the prompt.</param>
    /// <param name="ended">Called with the whole answer, also when it was cancelled; null is nobody.</param>
    /// <param name="cancellation">Ends the answer within a token.</param>
    /// <exception cref="ArgumentException">The prompt is longer than the model's window.</exception>
    /// <exception cref="OperationCanceledException">Between two tokens.</exception>
    public async IAsyncEnumerable<string> Stream(
        int[] prompt, Action<GeneratedSequence>? ended = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var source = new CachedTokens(model.Decoder, 1, model.Window);
        var run = Begin(source, [prompt]);
        try
        {
            while (await Task.Run(() => run.Step(cancellation), cancellation).ConfigureAwait(false))
                if (run.Sequences[0].NewText is { Length: > 0 } text)
                    yield return text;
        }
        finally
        {
            ended?.Invoke(run.Sequences[0]);
        }
    }

    private GenerationRun Begin(CachedTokens source, IReadOnlyList<int[]> prompts) =>
        new(source, model.Tokenizer, [.. prompts.Select(p => new GenerationPrompt(p))], _settings);
}
