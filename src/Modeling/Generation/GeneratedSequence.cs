using System.Text;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Generation;

/// <summary>One answer as it grows.</summary>
internal sealed class GeneratedSequence
{
    private readonly GenerationSettings _settings;
    private readonly TokenSampler _sampler;
    private readonly AnswerText? _answer;
    private readonly List<TokenChoice> _choices = [];
    private readonly StringBuilder _text = new();

    public GeneratedSequence(GenerationPrompt prompt, GenerationSettings settings, TextTokenizer? tokenizer)
    {
        _settings = settings;
        _sampler = new(settings.Sampling, (prompt.Before ?? []).Concat(prompt.Ids), settings.LogProbabilities);
        _answer = tokenizer is null ? null : new(tokenizer, settings.StopTexts);
    }

    /// <summary>Chosen tokens so far; a stop token is among them.</summary>
    public IReadOnlyList<TokenChoice> Choices => _choices;

    /// <summary>The text so far, without stop tokens and stop texts; empty without a tokenizer.</summary>
    public string Text => _text.ToString();

    /// <summary>What the last token added to the text.</summary>
    public string NewText { get; private set; } = "";

    /// <summary>Why it ended.</summary>
    public GenerationEnd End { get; private set; }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">[V].</param>
    /// <param name="room">Tokens that the source can still take.</param>
    public void Choose(ReadOnlySpan<float> logits, int room)
    {
        var choice = _sampler.Next(logits);
        _choices.Add(choice);
        var stops = _settings.StopIds.Contains(choice.Id);
        NewText = stops ? "" : _answer?.Add(choice.Id) ?? "";
        End = stops ? GenerationEnd.StopToken
            : _answer is { Stopped: true } ? GenerationEnd.StopText
            : _choices.Count >= _settings.MaxNewTokens ? GenerationEnd.MaxNewTokens
            : room == 0 ? GenerationEnd.Window : GenerationEnd.None;
        if (End != GenerationEnd.None && _answer is { Stopped: false })
            NewText += _answer.Finish();
        _text.Append(NewText);
    }
}
