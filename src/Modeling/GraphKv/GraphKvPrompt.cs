using ML.Extensions.Generation;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Texts around segments and question: what the user says, where a model has a chat template, else the text that the model goes on
/// with. Each part is turned into tokens by itself, so that a segment has the same tokens wherever it stands. Where the parts end
/// with one line break, as those here do, most vocabularies give the tokens of the one long text.
/// </summary>
/// <param name="Before">Text before all segments: an instruction.</param>
/// <param name="Segment">Form of a segment; {0} is its text.</param>
/// <param name="Question">Form of the question; {0} is its text.</param>
public sealed record GraphKvPrompt(string Before, string Segment, string Question)
{
    private const string Instruction = "Answer the question from the texts, as shortly as you can.\n", Text = "Text: {0}\n";

    /// <summary>For models without a chat template.</summary>
    public static GraphKvPrompt Plain { get; } = new(Instruction, Text, "Question: {0}\nAnswer:") { Format = PromptFormat.Plain };

    /// <summary>For models with a chat template: one turn of the user's that holds instruction, segments and question.</summary>
    public static GraphKvPrompt Chat { get; } = new(Instruction, Text, "Question: {0}") { Format = PromptFormat.Chat };

    /// <summary>What a model with a chat template is told beforehand.</summary>
    /// <value>Default: null, what the template says by itself.</value>
    public string? System { get; init; }

    /// <summary>Whether the parts stand in the model's chat template.</summary>
    /// <value>Default: where the model has one.</value>
    public PromptFormat Format { get; init; } = PromptFormat.Auto;

    /// <summary>A form with its text in place.</summary>
    internal static string Put(string form, string text) => form.Replace("{0}", text, StringComparison.Ordinal);
}
