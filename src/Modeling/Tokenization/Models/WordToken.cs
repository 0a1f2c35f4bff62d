namespace ML.Extensions.Tokenization;

/// <summary>A token of a word.</summary>
/// <param name="Id">Vocabulary id.</param>
/// <param name="Start">First UTF-16 unit in the word.</param>
/// <param name="End">First unit after it.</param>
internal readonly record struct WordToken(int Id, int Start, int End);
