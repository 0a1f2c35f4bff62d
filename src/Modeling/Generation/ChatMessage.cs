namespace ML.Extensions.Generation;

/// <summary>One turn of a chat.</summary>
/// <param name="Role">"system", "user" or "assistant", or another that the model's chat template knows.</param>
/// <param name="Content">What was said.</param>
public sealed record ChatMessage(string Role, string Content)
{
    /// <summary>What the user says.</summary>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>What the model is told beforehand.</summary>
    public static ChatMessage System(string content) => new("system", content);

    /// <summary>What the model has said.</summary>
    public static ChatMessage Assistant(string content) => new("assistant", content);
}
