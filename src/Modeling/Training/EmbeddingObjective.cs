using ML.Extensions.Encoders;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>What training lowers: a number from the vectors of a batch, and perhaps from the states of its tokens.</summary>
internal abstract record EmbeddingObjective
{
    /// <summary>Columns that a batch must have at least.</summary>
    public virtual int Columns => 1;

    /// <summary>Whether the loss of a batch is the mean of its rows' losses, so that rows may go through the model in parts.</summary>
    public virtual bool Additive => false;

    /// <summary>Whether <see cref="TokenLoss"/> is asked too.</summary>
    public virtual bool UsesTokens => false;

    /// <summary>Whether vectors of the first column are compared with given ones, or a teacher's.</summary>
    public virtual bool UsesTargets => false;

    /// <summary>Refuses a batch that lacks something.</summary>
    /// <exception cref="ArgumentException">It has too few columns, rows, scores or targets.</exception>
    public virtual void Check(TrainingBatch batch)
    {
        if (batch.Rows == 0 || batch.Columns.Count < Columns || batch.Columns.Any(c => c.Count != batch.Rows))
            throw new ArgumentException($"{GetType().Name} needs {Columns} columns of equally many texts; the batch has {string.Join(", ", batch.Columns.Select(c => c.Count))} rows.", nameof(batch));
    }

    /// <summary>The loss of a batch, a number with its gradient graph.</summary>
    /// <param name="vectors">Vectors of all texts, column by column, not normalised, [columns·rows, D], float32.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="targets">What the first column's vectors should be, [rows, D']; null without.</param>
    public abstract Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets);

    /// <summary>What a validation measures, higher is better.</summary>
    /// <param name="vectors">As in <see cref="Loss"/>, of all validation rows.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="targets">As in <see cref="Loss"/>.</param>
    public virtual double Metric(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        using var loss = Loss(vectors, batch, targets);
        return -loss.item<float>();
    }

    /// <summary>Name of what <see cref="Metric"/> measures.</summary>
    public virtual string MetricName => "negative loss";

    /// <summary>Changes the tokens before they go through the model; null leaves them.</summary>
    /// <param name="tokens">Packed texts of a part of the batch.</param>
    /// <param name="encoder">The model.</param>
    /// <param name="seed">Of this step and part.</param>
    public virtual MaskedTokens? Mask(PackedTokens tokens, TrainableEncoder encoder, int seed) => null;

    /// <summary>Sum over the tokens of a part of the batch; null if the objective has none. The run divides by the batch's tokens.</summary>
    /// <param name="tokens">What the part consists of.</param>
    public virtual Tensor? TokenLoss(TokenStates tokens) => null;
}
