namespace ML.Extensions.AnsweringModel.Questions;

/// <summary>How contexts are made.</summary>
/// <param name="FewestPieces">Fewest segments.</param>
/// <param name="MostPieces">Most segments.</param>
/// <param name="ShortestPiece">About the fewest characters of a segment.</param>
/// <param name="LongestPiece">About the most characters of a segment.</param>
/// <param name="Questions">Most questions.</param>
/// <param name="Shares">How often each kind is asked, relative to the others.</param>
internal sealed record ContextShape(
    int FewestPieces, int MostPieces, int ShortestPiece, int LongestPiece, int Questions, IReadOnlyDictionary<QuestionKind, int> Shares)
{
    /// <summary>Shares of the kinds that are measured.</summary>
    public static IReadOnlyDictionary<QuestionKind, int> AllKinds { get; } = new Dictionary<QuestionKind, int>
    {
        [QuestionKind.Type] = 12, [QuestionKind.Member] = 12, [QuestionKind.Parameter] = 20, [QuestionKind.Returns] = 12, [QuestionKind.When] = 10,
        [QuestionKind.Exception] = 8, [QuestionKind.Declares] = 10, [QuestionKind.Linked] = 8, [QuestionKind.Absent] = 5,
    };

    /// <summary>The first steps: few short segments, and much to copy.</summary>
    public static ContextShape Easy { get; } = new(1, 3, 150, 350, 8, new Dictionary<QuestionKind, int>(AllKinds) { [QuestionKind.Continue] = 60 });

    /// <summary>Most of the others.</summary>
    public static ContextShape Usual { get; } = new(1, 4, 120, 320, 14, new Dictionary<QuestionKind, int>(AllKinds) { [QuestionKind.Continue] = 5 });

    /// <summary>Some of the others: as long as a retriever's.</summary>
    public static ContextShape Long { get; } = new(4, 6, 250, 550, 20, AllKinds);

    /// <summary>What is measured: six segments, as a retriever gives.</summary>
    public static ContextShape Measured { get; } = new(6, 6, 450, 550, 8, AllKinds);
}
