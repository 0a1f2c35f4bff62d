namespace ML.Extensions.Generation;

/// <summary>A model's chat template with its special tokens.</summary>
/// <param name="template">The template.</param>
/// <param name="tokens">Texts of special tokens by the names that templates use: bos_token, eos_token, …</param>
internal sealed class ChatTemplate(JinjaTemplate template, IReadOnlyDictionary<string, string> tokens)
{
    /// <summary>The text of a chat, ready for the model's answer.</summary>
    /// <param name="messages">What was said so far.</param>
    /// <param name="answers">Whether the model is to answer; false ends behind the last message.</param>
    /// <param name="variables">More variables of the template, as enable_thinking; see <see cref="TemplateValues"/>.</param>
    /// <param name="time">The clock of strftime_now; null is the system's.</param>
    /// <exception cref="ArgumentException">The template refuses the messages.</exception>
    /// <exception cref="InvalidDataException">The template fails.</exception>
    public string Render(
        IReadOnlyList<ChatMessage> messages, bool answers = true, IReadOnlyDictionary<string, object?>? variables = null, TimeProvider? time = null)
    {
        var all = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, text) in tokens)
            all[name] = text;
        all["messages"] = new TemplateList([.. messages.Select(Map)]);
        all["add_generation_prompt"] = answers;
        all["tools"] = null;
        all["documents"] = null;
        foreach (var (name, value) in variables ?? new Dictionary<string, object?>())
            all[name] = value;
        return template.Render(all, time);
    }

    private static TemplateMap Map(ChatMessage message)
    {
        var map = new TemplateMap();
        map.Set("role", message.Role);
        map.Set("content", message.Content);
        return map;
    }
}
