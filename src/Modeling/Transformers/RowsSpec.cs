namespace ML.Extensions.Transformers;

/// <summary>Rows of a product's matrix.</summary>
/// <param name="Name">Name in the file, without ".weight" and ".bias".</param>
/// <param name="Rows">How many rows it gives.</param>
internal sealed record RowsSpec(string Name, int Rows);
