namespace ML.Extensions.GraphKv;

/// <summary>Names of the columns that an answerer reads.</summary>
/// <param name="Question">Text.</param>
/// <param name="Segments">Vector of text.</param>
/// <param name="Edges">Vector of Int32, pairs of source and target; null is none.</param>
internal sealed record GraphKvInputs(string Question, string Segments, string? Edges)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Names => Edges is null ? [Question, Segments] : [Question, Segments, Edges];

    /// <summary>The edges column's numbers by two.</summary>
    /// <param name="numbers">The numbers of a row.</param>
    /// <param name="row">The row's number, for the message; null if it is not known.</param>
    /// <exception cref="ArgumentException">Their count is odd.</exception>
    public IEnumerable<(int Source, int Target)> Pairs(int[] numbers, int? row = null) => numbers.Length % 2 == 0
        ? numbers.Chunk(2).Select(p => (p[0], p[1]))
        : throw new ArgumentException($"{(row is null ? "A row" : $"Row {row}")} of column '{Edges}' has {numbers.Length} numbers; expected pairs: source, target, source, target, ….");
}
