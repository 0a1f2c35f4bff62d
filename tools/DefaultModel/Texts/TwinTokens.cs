using ML.Extensions.Tokenization;

namespace ML.Extensions.DefaultModel.Texts;

/// <summary>Texts as the ids that teacher and twin share.</summary>
/// <param name="tokenizer">The default model's.</param>
/// <param name="prompt">Its query prompt.</param>
internal sealed class TwinTokens(TextTokenizer tokenizer, string prompt)
{
    /// <summary>[CLS].</summary>
    public int First { get; } = tokenizer.Prefix[0];

    /// <summary>[SEP].</summary>
    public int Last { get; } = tokenizer.Suffix[0];

    /// <summary>Ids of the query prompt.</summary>
    public int[] Prompt { get; } = tokenizer.Encode(prompt).Ids;

    /// <summary>Ids of a text without special ones.</summary>
    public int[] Bare(string text) => tokenizer.Encode(text).Ids;

    /// <summary>A query: prompt and special ids around it, cut at 512.</summary>
    public int[] Query(int[] ids) => [First, .. Prompt, .. ids.Take(TextWindows.Longest - 2 - Prompt.Length), Last];

    /// <summary>A text with special ids around it, cut at 512.</summary>
    public int[] Text(int[] ids) => [First, .. ids.Take(TextWindows.Longest - 2), Last];
}
