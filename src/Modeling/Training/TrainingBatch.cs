namespace ML.Extensions.Training;

/// <summary>What one objective sees in one step: rows of texts as ids, special ones included.</summary>
/// <param name="Columns">Texts by column and row: queries, then positives, then negatives; all columns have as many rows.</param>
internal sealed record TrainingBatch(IReadOnlyList<IReadOnlyList<int[]>> Columns)
{
    /// <summary>Vectors that the first column's texts should get, by row; null where a teacher model is asked, or none is needed.</summary>
    public IReadOnlyList<float[]>? Targets { get; init; }

    /// <summary>Scores of the rows, any scale; null where the objective needs none.</summary>
    public float[]? Scores { get; init; }

    /// <summary>Position of each token, for texts by column, then row; null is 0, 1, 2, … Rows of an absolute model's table, or places of a rotary one.</summary>
    public IReadOnlyList<float[]?>? Positions { get; init; }

    /// <summary>First pooled token of each text, by column, then row; null pools all.</summary>
    public int[]? PooledFrom { get; init; }

    /// <summary>
    /// Windows of each text, by column, then row: the mean of their vectors is the text's, which does not go through the model itself. Null for a
    /// text without, null where no text has any.
    /// </summary>
    public IReadOnlyList<int[][]?>? Windows { get; init; }

    /// <summary>Group of each row, null for a row without; null where no row has one.</summary>
    public IReadOnlyList<int?>? Groups { get; init; }

    /// <summary>Rows.</summary>
    public int Rows => Columns[0].Count;

    /// <summary>All texts: the first column's rows, then the second's, and so on.</summary>
    public IReadOnlyList<int[]> Texts => Columns.Count == 1 ? Columns[0] : [.. Columns.SelectMany(c => c)];

    /// <summary>Tokens of all texts, or of their windows.</summary>
    public long Tokens => Texts.Index().Sum(t => Windows?[t.Index]?.Sum(w => (long)w.Length) ?? t.Item.Length);

    /// <summary>A batch of one column.</summary>
    public static TrainingBatch Of(IReadOnlyList<int[]> texts) => new([texts]);

    /// <summary>A batch of rows that have equally many texts.</summary>
    public static TrainingBatch Of(IReadOnlyList<TrainingRow> rows) => new([.. Enumerable.Range(0, rows[0].Texts.Count).Select(c => (IReadOnlyList<int[]>)[.. rows.Select(r => r.Texts[c])])])
    {
        Targets = rows[0].Target is null ? null : [.. rows.Select(r => r.Target!)],
        Scores = [.. rows.Select(r => r.Score)],
        Groups = rows.All(r => r.Group is null) ? null : [.. rows.Select(r => r.Group)],
        Windows = rows.All(r => r.Windows is null) ? null : [.. Enumerable.Range(0, rows[0].Texts.Count).SelectMany(c => rows.Select(r => r.Windows?[c]))],
        PooledFrom = rows[0].PooledFrom is null ? null : [.. Enumerable.Range(0, rows[0].Texts.Count).SelectMany(c => rows.Select(r => r.PooledFrom![c]))],
    };

    /// <summary>Some rows of a batch that has one column.</summary>
    public TrainingBatch Select(IReadOnlyList<int> rows) => this with
    {
        Columns = [[.. rows.Select(r => Columns[0][r])]],
        Targets = Targets is null ? null : [.. rows.Select(r => Targets[r])],
        Scores = Scores is null ? null : [.. rows.Select(r => Scores[r])],
        Groups = Groups is null ? null : [.. rows.Select(r => Groups[r])],
        Positions = Positions is null ? null : [.. rows.Select(r => Positions[r])],
        PooledFrom = PooledFrom is null ? null : [.. rows.Select(r => PooledFrom[r])],
    };

    /// <summary>Of texts with more windows than so many, that number by chance, in their order; the same text gets the same ones in all rows.</summary>
    public TrainingBatch Draw(int windows, int seed)
    {
        if (Windows is null)
            return this;
        var random = new Random(seed);
        var drawn = new Dictionary<int[], int[][]>(IdsComparer.Instance);
        int[][]? Of(int[] text, int[][]? all)
        {
            if (all is null || all.Length <= windows)
                return all;
            if (drawn.TryGetValue(text, out var known))
                return known;
            var places = Enumerable.Range(0, all.Length).ToArray();
            random.Shuffle(places);
            return drawn[text] = [.. places.Take(windows).Order().Select(p => all[p])];
        }

        return this with { Windows = [.. Texts.Zip(Windows, Of)] };
    }
}
