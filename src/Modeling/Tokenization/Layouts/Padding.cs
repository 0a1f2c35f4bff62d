namespace ML.Extensions.Tokenization;

/// <summary>How rows are filled.</summary>
/// <param name="Length">Least tokens of a row; null is the longest row of the batch.</param>
/// <param name="Left">Fills before the row, not behind it.</param>
/// <param name="MultipleOf">The length is a multiple of this; 0 or 1 for any.</param>
/// <param name="Id">Id that fills.</param>
/// <param name="TypeId">Its token type.</param>
internal sealed record Padding(int? Length, bool Left, int MultipleOf, int Id, int TypeId);
