namespace ML.Extensions.Tokenization;

/// <summary>A network's input: special ids included, cut and filled. The arrays have one entry a token.</summary>
/// <param name="Ids">Vocabulary ids.</param>
/// <param name="TypeIds">Token types.</param>
/// <param name="IsSpecial">1 for special and filling tokens, 0 for those of a text.</param>
/// <param name="Attention">0 for filling tokens, 1 for others.</param>
/// <param name="Starts">First UTF-16 unit in the token's own text; 0 for special tokens.</param>
/// <param name="Ends">First unit after it; 0 for special tokens.</param>
/// <param name="Texts">Which text a token is of, 0 or 1; -1 for special tokens.</param>
internal sealed record TokenizedRow(int[] Ids, int[] TypeIds, int[] IsSpecial, int[] Attention, int[] Starts, int[] Ends, int[] Texts)
{
    /// <summary>What was cut off, as further rows.</summary>
    public IReadOnlyList<TokenizedRow> Overflowing { get; init; } = [];

    /// <summary>This row and another one behind it.</summary>
    public TokenizedRow Followed(TokenizedRow other) => new(
        [.. Ids, .. other.Ids], [.. TypeIds, .. other.TypeIds], [.. IsSpecial, .. other.IsSpecial],
        [.. Attention, .. other.Attention], [.. Starts, .. other.Starts], [.. Ends, .. other.Ends], [.. Texts, .. other.Texts]);

    /// <summary>A part of this row.</summary>
    public TokenizedRow Part(int from, int to) => new(
        Ids[from..to], TypeIds[from..to], IsSpecial[from..to], Attention[from..to], Starts[from..to], Ends[from..to], Texts[from..to]);

    /// <summary>Special or filling tokens.</summary>
    public static TokenizedRow Filling(IReadOnlyList<int> ids, int typeId, int attention)
    {
        int[] All(int value) => [.. Enumerable.Repeat(value, ids.Count)];
        return new([.. ids], All(typeId), All(1), All(attention), All(0), All(0), All(-1));
    }
}
