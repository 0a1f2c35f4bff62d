using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// InfoNCE (arXiv 1807.03748): each query finds its positive among all positives and negatives of the batch, by cosine / temperature.
/// Columns: queries, positives, and any number of mined negatives. A text that equals a row's positive is not a negative of that row, nor is
/// the positive of another row of its group.
/// </summary>
/// <param name="Temperature">τ.</param>
internal sealed record Contrastive(double Temperature = 0.05) : EmbeddingObjective
{
    /// <summary>Whether each positive also finds its query among all queries; both losses count half.</summary>
    public bool BothDirections { get; init; }

    /// <inheritdoc/>
    public override int Columns => 2;

    /// <inheritdoc/>
    public override Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        var rows = batch.Rows;
        var unit = nn.functional.normalize(vectors);
        var (queries, documents) = (unit.narrow(0, 0, rows), unit.narrow(0, rows, unit.shape[0] - rows)); // [B, D], [B(1+K), D]
        var gold = Range(0, rows, device: vectors.device);
        var logits = matmul(queries, documents.t()).Over(Temperature); // [B, B(1+K)]
        var loss = nn.functional.cross_entropy(Masked(logits, batch, rows, rows), gold);
        if (!BothDirections)
            return loss;
        var back = logits.narrow(1, 0, rows).t(); // [B, B]: positives by queries
        return loss.Plus(nn.functional.cross_entropy(Masked(back, batch, 0, 0), gold)).Over(2);
    }

    /// <summary>Mean over the queries of 1 / rank of the positive among the positives and negatives of all rows.</summary>
    public override double Metric(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        using var scope = NewDisposeScope();
        var rows = batch.Rows;
        var unit = nn.functional.normalize(vectors);
        var logits = Masked(matmul(unit.narrow(0, 0, rows), unit.narrow(0, rows, unit.shape[0] - rows).t()), batch, rows, rows);
        var ranks = logits.gt(logits.diagonal().unsqueeze(1)).sum(1).Plus(1);
        return ranks.to(ScalarType.Float64).reciprocal().mean().item<double>();
    }

    /// <inheritdoc/>
    public override string MetricName => "MRR";

    /// <summary>Takes the columns out that hold the same text as a row's own, or the text of a row of the same group.</summary>
    /// <param name="logits">[B, columns].</param>
    /// <param name="batch">The batch.</param>
    /// <param name="own">Text that row 0 should find; the next rows' follow.</param>
    /// <param name="first">Text of column 0; the first B columns are the rows'.</param>
    private static Tensor Masked(Tensor logits, TrainingBatch batch, int own, int first)
    {
        var texts = batch.Texts;
        var (rows, columns) = ((int)logits.shape[0], (int)logits.shape[1]);
        var byText = Enumerable.Range(0, columns).GroupBy(c => texts[first + c], IdsComparer.Instance).ToDictionary(g => g.Key, g => g.ToArray(), IdsComparer.Instance);
        var byGroup = Enumerable.Range(0, batch.Groups is null ? 0 : rows).Where(r => batch.Groups![r] is not null).ToLookup(r => batch.Groups![r]!.Value);
        if (byText.Count == columns && byGroup.All(g => g.Count() == 1))
            return logits;
        var hidden = new bool[rows * columns];
        for (var row = 0; row < rows; row++)
            foreach (var column in byText[texts[own + row]].Concat(batch.Groups?[row] is { } group ? byGroup[group] : []))
                hidden[(row * columns) + column] = column != row;
        return logits.Filled(tensor(hidden, [rows, columns], device: logits.device), float.NegativeInfinity);
    }
}
