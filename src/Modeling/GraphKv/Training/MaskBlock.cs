namespace ML.Extensions.GraphKv;

/// <summary>Queries of a stretch that see a stretch of keys: all of them, or each those up to its own.</summary>
/// <param name="Query">First query.</param>
/// <param name="Queries">Number of queries.</param>
/// <param name="Key">First key.</param>
/// <param name="Keys">Number of keys.</param>
/// <param name="Causal">Whether query i sees keys 0 to i of the stretch only.</param>
internal readonly record struct MaskBlock(int Query, int Queries, int Key, int Keys, bool Causal);
