namespace TextGeneration;

/// <summary>A row: what is asked.</summary>
internal sealed class Question
{
    public string Text { get; set; } = "";
}
