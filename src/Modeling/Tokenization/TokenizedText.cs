namespace ML.Extensions.Tokenization;

/// <summary>A text's tokens without special ones. The three arrays have one entry a token.</summary>
/// <param name="Ids">Vocabulary ids.</param>
/// <param name="Starts">First UTF-16 unit of each token in the text.</param>
/// <param name="Ends">First UTF-16 unit after each token.</param>
internal sealed record TokenizedText(int[] Ids, int[] Starts, int[] Ends)
{
    /// <summary>Number of tokens.</summary>
    public int Count => Ids.Length;
}
