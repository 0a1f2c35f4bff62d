namespace ML.Extensions.LongText;

/// <summary>What <c>TrainTextEmbedding</c> learns from: which columns, and which loss on their vectors.</summary>
public abstract record TextEmbeddingObjective
{
    private TextEmbeddingObjective()
    {
    }

    /// <summary>
    /// Pairs, and mined negatives if there are any: each text finds its own among the positives and negatives of all rows of the batch
    /// (InfoNCE, arXiv 1807.03748). Larger batches are harder and better; they need no more memory, only time.
    /// </summary>
    /// <param name="positiveColumnName">Text that belongs to the input column's.</param>
    /// <param name="negativeColumnNames">Texts that look alike and do not belong to it; none by default.</param>
    public static Pairs MatchingPairs(string positiveColumnName, params IReadOnlyList<string> negativeColumnNames) => new(positiveColumnName, negativeColumnNames);

    /// <summary>Two texts and how alike they are.</summary>
    /// <param name="otherColumnName">The second text.</param>
    /// <param name="scoreColumnName">A number, higher is more alike; 0 to 1 for <see cref="ScoredPairLoss.CosineRegression"/>, any scale for the others.</param>
    /// <param name="loss">Which loss.</param>
    public static Scored ScoredPairs(string otherColumnName, string scoreColumnName, ScoredPairLoss loss = ScoredPairLoss.CoSent) => new(otherColumnName, scoreColumnName, loss);

    /// <summary>A teacher's vectors in a column.</summary>
    /// <param name="teacherColumnName">Vectors of the model's dimensions.</param>
    /// <param name="loss">How vectors are compared.</param>
    public static DistilledColumn FromTeacherColumn(string teacherColumnName, DistillationLoss loss = DistillationLoss.Cosine) => new(teacherColumnName, loss);

    /// <summary>A teacher model with the same tokenizer.</summary>
    /// <param name="teacher">The model.</param>
    /// <param name="loss">How vectors are compared.</param>
    /// <param name="tokenWeight">Weight of the same loss over the states of all tokens, for models of equal width; 0 leaves them out.</param>
    public static DistilledModel FromTeacherModel(EmbeddingModel teacher, DistillationLoss loss = DistillationLoss.Cosine, double tokenWeight = 0) => new(teacher, loss, tokenWeight);

    /// <summary>Raw text: hidden words are guessed (masked language model, arXiv 1810.04805). For a vocabulary with a mask token.</summary>
    /// <param name="rate">Part of the tokens that is hidden.</param>
    public static MaskedText MaskedWords(double rate = 0.15) => rate is > 0 and < 1 ? new(rate) : throw new ArgumentOutOfRangeException(
        nameof(rate), rate, "The rate of hidden words must lie between 0 and 1.");

    /// <summary>See <see cref="MatchingPairs"/>.</summary>
    /// <param name="PositiveColumnName">Text that belongs to the input column's.</param>
    /// <param name="NegativeColumnNames">Texts that do not.</param>
    public sealed record Pairs(string PositiveColumnName, IReadOnlyList<string> NegativeColumnNames) : TextEmbeddingObjective
    {
        /// <summary>Cosines are divided by it: smaller looks at the hardest negatives alone.</summary>
        /// <value>Default: 0.05.</value>
        public double Temperature
        {
            get;
            init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Temperature must be above 0.");
        } = 0.05;

        /// <summary>
        /// Text column of names: rows with one name belong together (passages of one document, say), and their positives are no
        /// negatives of each other. An empty name belongs to none.
        /// </summary>
        /// <value>Default: null, no groups.</value>
        public string? GroupColumnName { get; init; }

        /// <summary>Whether each positive also finds the text that it belongs to.</summary>
        /// <value>Default: false.</value>
        public bool BothDirections { get; init; }
    }

    /// <summary>See <see cref="ScoredPairs"/>.</summary>
    /// <param name="OtherColumnName">The second text.</param>
    /// <param name="ScoreColumnName">How alike both are.</param>
    /// <param name="Loss">Which loss.</param>
    public sealed record Scored(string OtherColumnName, string ScoreColumnName, ScoredPairLoss Loss) : TextEmbeddingObjective;

    /// <summary>See <see cref="FromTeacherColumn"/>.</summary>
    /// <param name="TeacherColumnName">The teacher's vectors.</param>
    /// <param name="Loss">How vectors are compared.</param>
    public sealed record DistilledColumn(string TeacherColumnName, DistillationLoss Loss) : TextEmbeddingObjective;

    /// <summary>See <see cref="FromTeacherModel"/>.</summary>
    /// <param name="Teacher">The teacher.</param>
    /// <param name="Loss">How vectors are compared.</param>
    /// <param name="TokenWeight">Weight of the tokens' states.</param>
    public sealed record DistilledModel(EmbeddingModel Teacher, DistillationLoss Loss, double TokenWeight) : TextEmbeddingObjective;

    /// <summary>See <see cref="MaskedWords"/>.</summary>
    /// <param name="Rate">Part of the tokens that is hidden.</param>
    public sealed record MaskedText(double Rate) : TextEmbeddingObjective;
}
