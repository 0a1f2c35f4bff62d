using System.Globalization;
using ML.Extensions.LongText;

namespace ML.Extensions.Tool;

/// <summary>What <c>mlext embed</c> is asked for.</summary>
/// <param name="Rows">The input.</param>
/// <param name="Output">A .jsonl or .parquet file.</param>
/// <param name="Model">The model.</param>
/// <param name="PromptName">Name of one of its prompts.</param>
/// <param name="MaxTokens">Most tokens of a text that go through the network at once.</param>
/// <param name="Precision">Number format of the products.</param>
/// <param name="Overwrite">Whether a finished output is replaced.</param>
internal sealed record EmbedOptions(
    InputRows Rows, string Output, EmbeddingModel Model, string? PromptName, int MaxTokens, Precision Precision, bool Overwrite)
{
    /// <summary>Folder of a LoRA adapter; null is none.</summary>
    public string? Adapter { get; init; }

    /// <summary>Names what decides the vectors: another model's or other options' work is not gone on with.</summary>
    public string Fingerprint(EmbeddingModelInfo info) =>
        string.Create(CultureInfo.InvariantCulture, $"{info.ContentHash} {MaxTokens} {PromptName}{(Precision == Precision.Auto ? "" : $" {Precision}")}");
}
