namespace ML.Extensions.AnsweringModel.Vocabulary;

/// <summary>What byte-level BPE learnt.</summary>
/// <param name="Tokens">Tokens by id: special ones, the 256 bytes, merged ones; in the byte alphabet.</param>
/// <param name="Merges">Pairs in the order in which they were merged.</param>
/// <param name="Special">Number of special tokens.</param>
internal sealed record BpeVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges, int Special);
