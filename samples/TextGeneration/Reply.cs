namespace TextGeneration;

/// <summary>A row of the pipeline's output.</summary>
internal sealed class Reply
{
    public string Text { get; set; } = "";

    public string Answer { get; set; } = "";

    public int Tokens { get; set; }
}
