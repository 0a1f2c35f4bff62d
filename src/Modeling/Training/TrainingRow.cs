namespace ML.Extensions.Training;

/// <summary>One example of a data set in memory.</summary>
/// <param name="Texts">Ids by column, special ones included.</param>
internal sealed record TrainingRow(params IReadOnlyList<int[]> Texts)
{
    /// <summary>Vector that the first text should get; null is none.</summary>
    public float[]? Target { get; init; }

    /// <summary>First pooled token of each text; null pools all.</summary>
    public int[]? PooledFrom { get; init; }

    /// <summary>How alike the first two texts are.</summary>
    public float Score { get; init; }

    /// <summary>Rows of one group are no negatives of each other; null belongs to none.</summary>
    public int? Group { get; init; }

    /// <summary>Windows of each text that takes several, ids with special ones; null where the text goes through the model as it is.</summary>
    public IReadOnlyList<int[][]?>? Windows { get; init; }

    /// <summary>Tokens of all texts, each of which has at most so many windows.</summary>
    public int TokensOf(int windows) => Texts.Index().Sum(t => Windows?[t.Index]?.Take(windows).Sum(w => w.Length) ?? t.Item.Length);
}
