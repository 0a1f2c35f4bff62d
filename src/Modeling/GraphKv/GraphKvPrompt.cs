namespace ML.Extensions.GraphKv;

/// <summary>
/// Texts around segments and question. Each part is turned into tokens by itself, so that a segment has the same tokens
/// wherever it stands; parts should end where words do.
/// </summary>
/// <param name="Before">Text before all segments: the beginning of the user's turn, an instruction.</param>
/// <param name="Segment">Form of a segment; {0} is its text.</param>
/// <param name="Question">Form of the question, up to where the answer begins; {0} is its text.</param>
public sealed record GraphKvPrompt(string Before, string Segment, string Question)
{
    private const string Instruction = "Answer the question from the texts, as shortly as you can.\n\n";

    /// <summary>For models without a chat form.</summary>
    public static GraphKvPrompt Plain { get; } = new(Instruction, "{0}\n\n", "Question: {0}\nAnswer:");

    /// <summary>For models whose turns are marked by &lt;|im_start|&gt; and &lt;|im_end|&gt;: SmolLM2, Qwen and others.</summary>
    public static GraphKvPrompt ChatMl { get; } = new(
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n" + Instruction, "{0}\n\n", "Question: {0}<|im_end|>\n<|im_start|>assistant\n");

    /// <summary>A form with its text in place.</summary>
    internal static string Put(string form, string text) => form.Replace("{0}", text, StringComparison.Ordinal);
}
