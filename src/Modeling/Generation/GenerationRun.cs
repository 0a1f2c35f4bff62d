using System.Runtime.InteropServices;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Generation;

/// <summary>
/// Answers that grow side by side, a token each a step; each stops by itself. Steps happen when the caller asks for them: to
/// cancel is to ask no more. Not for several threads at once.
/// </summary>
internal sealed class GenerationRun
{
    private readonly ITokenSource _source;
    private readonly GeneratedSequence[] _sequences;
    private int[] _running;
    private int[][] _next;

    /// <param name="source">Where logits come from; stays the caller's. Sequence n is prompt n.</param>
    /// <param name="tokenizer">Makes text of ids; null leaves text out.</param>
    /// <param name="prompts">Where each answer begins.</param>
    /// <param name="settings">The same for all.</param>
    /// <exception cref="ArgumentException">A prompt is empty or longer than the window, or the settings make no sense.</exception>
    public GenerationRun(ITokenSource source, TextTokenizer? tokenizer, IReadOnlyList<GenerationPrompt> prompts, GenerationSettings settings)
    {
        if (prompts.Count == 0 || prompts.Count > source.Sequences)
            throw new ArgumentException($"There are {prompts.Count} prompts; the source has {source.Sequences} sequences.", nameof(prompts));
        if (settings.MaxNewTokens < 1 || settings.LogProbabilities < 0 || settings.StopTexts.Any(s => s.Length == 0))
            throw new ArgumentException("MaxNewTokens must be at least 1, LogProbabilities at least 0, and no stop text empty.", nameof(settings));
        for (var i = 0; i < prompts.Count; i++)
        {
            if (prompts[i].Ids.Count == 0)
                throw new ArgumentException($"Prompt {i} has no token.", nameof(prompts));
            if (prompts[i].Ids.Count > source.Room(i))
                throw new ArgumentException($"Prompt {i} has {prompts[i].Ids.Count} tokens; the model's window has room for {source.Room(i)}.", nameof(prompts));
        }

        _source = source;
        _sequences = [.. prompts.Select(p => new GeneratedSequence(p, settings, tokenizer))];
        _running = [.. Enumerable.Range(0, prompts.Count)];
        _next = [.. prompts.Select(p => p.Ids.ToArray())];
    }

    /// <summary>The answers so far.</summary>
    public IReadOnlyList<GeneratedSequence> Sequences => _sequences;

    /// <summary>Numbers of the answers that got a token in the last step.</summary>
    public IReadOnlyList<int> Stepped { get; private set; } = [];

    /// <summary>One more token for each answer that goes on. The first step reads the prompts.</summary>
    /// <returns>Whether there was any; false once all have ended.</returns>
    /// <exception cref="OperationCanceledException">The answers so far stay; the run cannot go on.</exception>
    public bool Step(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        Stepped = _running;
        if (_running.Length == 0)
            return false;
        using (var logits = _source.Append(_running, _next, cancellation))
        {
            var values = MemoryMarshal.Cast<byte, float>(logits.bytes);
            var width = (int)logits.shape[1];
            for (var i = 0; i < _running.Length; i++)
                _sequences[_running[i]].Choose(values.Slice(i * width, width), _source.Room(_running[i]));
        }

        _running = [.. _running.Where(i => _sequences[i].End == GenerationEnd.None)];
        _next = [.. _running.Select(i => new[] { _sequences[i].Choices[^1].Id })];
        return true;
    }

    /// <summary>Steps until all have ended.</summary>
    /// <exception cref="OperationCanceledException">The answers so far stay; the run cannot go on.</exception>
    public IReadOnlyList<GeneratedSequence> Finish(CancellationToken cancellation = default)
    {
        while (Step(cancellation))
            ;
        return _sequences;
    }
}
