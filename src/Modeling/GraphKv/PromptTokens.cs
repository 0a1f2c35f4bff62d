using ML.Extensions.Generation;
using ML.Extensions.Tokenization;

namespace ML.Extensions.GraphKv;

/// <summary>
/// A prompt's parts as a model's tokens: what stands before all segments, each segment, and the question up to where the model
/// answers. With a chat template, the segments stand inside the user's turn, between its opening and the question.
/// </summary>
internal sealed class PromptTokens
{
    // Stand for segments and question while the template is rendered; private characters, which no template writes.
    private const string Segments = "\uE0A1segments\uE0A2", Asked = "\uE0A1question\uE0A2";

    private readonly TextTokenizer _tokenizer;
    private readonly OutsideText _outside;
    private readonly (string Before, string After) _segment;
    private readonly (string Before, string After) _question;

    /// <summary>Renders the template, if there is one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The parts; null are the usual ones.</param>
    /// <exception cref="NotSupportedException">The prompt needs a chat template, and the model has none.</exception>
    /// <exception cref="ArgumentException">The template refuses the prompt, or a form has no place for its text.</exception>
    public PromptTokens(GenerationModel model, GraphKvPrompt? prompt)
        : this(model.Files, prompt)
    {
    }

    /// <summary>The same of a model's files alone.</summary>
    public PromptTokens(GenerationFiles model, GraphKvPrompt? prompt)
    {
        prompt ??= model.Chat is null ? GraphKvPrompt.Plain : GraphKvPrompt.Chat;
        foreach (var form in new[] { prompt.Segment, prompt.Question })
            if (!form.Contains("{0}", StringComparison.Ordinal))
                throw new ArgumentException($"The form '{form}' has no {{0}}, the place of its text.", nameof(prompt));
        (_tokenizer, _outside) = (model.Tokenizer, new(model.Tokenizer));
        var place = prompt.Segment.IndexOf("{0}", StringComparison.Ordinal);
        _segment = (prompt.Segment[..place], prompt.Segment[(place + 3)..]);
        var chats = prompt.Format == PromptFormat.Chat || (prompt.Format == PromptFormat.Auto && model.Chat is not null);
        if (!chats && prompt.System is not null)
            throw new NotSupportedException($"{model.Name}: the prompt has a System message, but is plain, or the model has no chat template. Leave System out.");
        var said = prompt.Before + Segments + GraphKvPrompt.Put(prompt.Question, Asked);
        var whole = chats ? Render(model, said, prompt.System) : said;
        string[] parts = whole.Split([Segments, Asked], StringSplitOptions.None);
        if (parts.Length != 3 || whole.IndexOf(Segments, StringComparison.Ordinal) > whole.IndexOf(Asked, StringComparison.Ordinal))
            throw new NotSupportedException($"{model.Name}: its chat template does not leave the user's text as it is, so segments have no place in it. Give a GraphKvPrompt with Format = PromptFormat.Plain.");
        _question = (parts[1], parts[2]);
        int[] before = _tokenizer.Encode(parts[0]).Ids;
        Prefix = chats ? before : [.. _tokenizer.Prefix, .. before]; // a template writes all special tokens itself
    }

    /// <summary>What stands before all segments.</summary>
    public int[] Prefix { get; }

    /// <summary>A segment's tokens; none of a blank text.</summary>
    /// <param name="text">Its text; blanks at its end are left out.</param>
    /// <param name="most">Most tokens; null is no limit.</param>
    public int[] SegmentIds(string text, int? most)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        var ids = _outside.Ids(_segment.Before, text.TrimEnd(), _segment.After);
        return ids.Length > most ? ids[..most.Value] : ids;
    }

    /// <summary>The question's tokens, up to where the model answers.</summary>
    /// <exception cref="ArgumentException">There is no token.</exception>
    public int[] QuestionIds(string text) =>
        _outside.Ids(_question.Before, text, _question.After) is { Length: > 0 } ids ? ids
            : throw new ArgumentException("The question has no token: the prompt's form of it and its text are empty.");

    /// <summary>An answer's tokens as they go on behind a question's; none of a blank text.</summary>
    public int[] AnswerIds(string question, string answer)
    {
        if (string.IsNullOrWhiteSpace(answer))
            return [];
        var asked = _question.Before + question + _question.After;
        var told = asked.Length > 0 && char.IsWhiteSpace(asked[^1]) ? answer.Trim() : " " + answer.Trim();
        int[] before = QuestionIds(question), whole = _outside.Ids(asked, told, "");
        return whole.AsSpan().StartsWith(before) ? whole[before.Length..] : _outside.Ids("", told, "");
    }

    private static string Render(GenerationFiles model, string said, string? system) => (model.Chat ?? throw new NotSupportedException(
        $"{model.Name} has no chat template: GraphKvPrompt.Format must be Auto or Plain.")).Render(
        system is null ? [ChatMessage.User(said)] : [ChatMessage.System(system), ChatMessage.User(said)]);
}
