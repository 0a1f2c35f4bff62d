using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// One task's share of a step: adds its gradient to the parameters'. A batch of more tokens than go through at once goes in parts: rows by
/// themselves where the loss is a mean over rows; else vectors first without a graph, the loss's gradient for each vector, then each part
/// again with its graph (gradient caching, arXiv 2101.06983). The gradient is the same in any case.
/// </summary>
/// <param name="encoder">The model.</param>
/// <param name="tokensPerPass">Tokens that go through at once.</param>
internal sealed class TaskStep(TrainableEncoder encoder, int tokensPerPass)
{
    /// <summary>Runs forward and backward.</summary>
    /// <param name="task">The task.</param>
    /// <param name="batch">Its batch.</param>
    /// <param name="seed">Of this step.</param>
    /// <returns>The loss, without the task's weight.</returns>
    public double Run(TrainingTask task, TrainingBatch batch, int seed)
    {
        task.Objective.Check(batch);
        if (task.Objective.UsesTargets && task.Teacher is null && batch.Targets is null)
            throw new ArgumentException($"{task.Name}: the objective needs a teacher model, or vectors in each batch.");
        if (task.Objective.UsesTokens && batch.Windows is not null)
            throw new ArgumentException($"{task.Name}: the objective compares tokens, so that texts cannot be means of windows.");
        using var scope = NewDisposeScope();
        if (task.Objective.Additive && batch.Windows is null)
            return BatchParts.Of(BatchSequences.Apart(batch), tokensPerPass).Index().Sum(p => Rows(task, batch, p.Item, RowStream.HashCode(seed, p.Index)));
        var sequences = BatchSequences.Shared(batch);
        var parts = BatchParts.Of(sequences.All, tokensPerPass);
        return parts.Count == 1 ? Whole(task, batch, sequences, parts[0]) : Cached(task, batch, sequences, parts);
    }

    /// <summary>The objective's metric on rows that are not trained on.</summary>
    public double Measure(TrainingTask task, TrainingBatch batch)
    {
        task.Objective.Check(batch);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (task.Objective is MaskedLanguageModel)
            return -BatchParts.Of(BatchSequences.Apart(batch), tokensPerPass).Index().Sum(p => Rows(task, batch, p.Item, p.Index));
        var sequences = BatchSequences.Shared(batch);
        var parts = BatchParts.Of(sequences.All, tokensPerPass);
        var output = encoder.PooledOutput;
        return task.Objective.Metric(sequences.Texts(InOrder(cat([.. parts.Select(p => Vectors(p, output))]), parts)), batch, AllTargets(task, batch, sequences, parts));
    }

    /// <summary>Rows of a batch whose loss is a mean over rows: their part of it.</summary>
    private double Rows(TrainingTask task, TrainingBatch batch, BatchTexts part, int seed)
    {
        using var scope = NewDisposeScope();
        var objective = task.Objective;
        var output = objective.UsesTokens ? EncoderOutput.AllTokens : encoder.PooledOutput;
        var masked = objective.Mask(part.Tokens, encoder, seed);
        var states = encoder.Forward(masked?.Tokens ?? part.Tokens, output);
        var rows = batch.Select(part.Numbers);
        var taught = task.Teacher?.Encode(part.Tokens with { Positions = null }, output).to(encoder.Device);
        var targets = objective.UsesTargets ? Targets(rows, taught, part, output) : null;
        var loss = objective.Loss(encoder.Pool(states, part.Tokens, output, part.PooledFrom), rows, targets).Times((double)rows.Rows / batch.Rows);
        if (objective.UsesTokens && objective.TokenLoss(new(encoder, states, taught, masked)) is { } tokens)
            loss = loss.Plus(tokens.Over(batch.Texts.Sum(t => (long)t.Length)));
        return Backward(loss, task.Weight);
    }

    private double Whole(TrainingTask task, TrainingBatch batch, BatchSequences sequences, BatchTexts part)
    {
        var output = encoder.PooledOutput;
        var vectors = InOrder(encoder.Pool(encoder.Forward(part.Tokens, output), part.Tokens, output, part.PooledFrom), [part]);
        return Backward(task.Objective.Loss(sequences.Texts(vectors), batch, AllTargets(task, batch, sequences, [part])), task.Weight);
    }

    private double Cached(TrainingTask task, TrainingBatch batch, BatchSequences sequences, List<BatchTexts> parts)
    {
        var output = encoder.PooledOutput;
        Tensor vectors;
        using (no_grad())
            vectors = InOrder(cat([.. parts.Select(p => Vectors(p, output))]), parts);
        var leaf = vectors.detach().requires_grad_(true);
        var loss = task.Objective.Loss(sequences.Texts(leaf), batch, AllTargets(task, batch, sequences, parts));
        loss.Times(task.Weight).backward();
        foreach (var part in parts)
        {
            using var scope = NewDisposeScope();
            var again = encoder.Pool(encoder.Forward(part.Tokens, output), part.Tokens, output, part.PooledFrom);
            again.backward([leaf.grad!.index_select(0, Long(part.Numbers))]);
            Collect();
        }

        return loss.item<float>();
    }

    private Tensor Vectors(BatchTexts part, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        return encoder.Pool(encoder.Forward(part.Tokens, output), part.Tokens, output, part.PooledFrom).MoveToOuterDisposeScope();
    }

    private double Backward(Tensor loss, double weight)
    {
        if (loss.requires_grad) // no token may have been hidden
            loss.Times(weight).backward();
        Collect();
        return loss.item<float>();
    }

    private void Collect()
    {
        foreach (var parameter in encoder.Parameters)
            parameter.Collect();
    }

    /// <summary>Targets of rows in their packed order: the batch's own, or the teacher's states pooled.</summary>
    private Tensor Targets(TrainingBatch rows, Tensor? taught, BatchTexts part, EncoderOutput output) => rows.Targets is { } given
        ? tensor([.. given.SelectMany(t => t)], [given.Count, given[0].Length], device: encoder.Device)
        : encoder.Pool(taught!, part.Tokens, output, part.PooledFrom);

    /// <summary>Targets of the first column, in the batch's order; null where the objective has none.</summary>
    private Tensor? AllTargets(TrainingTask task, TrainingBatch batch, BatchSequences sequences, List<BatchTexts> parts)
    {
        if (!task.Objective.UsesTargets)
            return null;
        if (batch.Targets is not null)
            return Targets(batch, null, parts[0], encoder.PooledOutput);
        using var _ = no_grad();
        var taught = parts.Select(p => encoder.Pool(task.Teacher!.Encode(p.Tokens with { Positions = null }, encoder.PooledOutput).to(encoder.Device), p.Tokens, encoder.PooledOutput, p.PooledFrom));
        return sequences.Texts(InOrder(cat([.. taught]), parts)).narrow(0, 0, batch.Rows);
    }

    /// <summary>Vectors of all parts, brought into the order of the sequences.</summary>
    private Tensor InOrder(Tensor rows, List<BatchTexts> parts)
    {
        var numbers = parts.SelectMany(p => p.Numbers).ToArray();
        var places = new int[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
            places[numbers[i]] = i;
        return rows.index_select(0, Long(places));
    }

    private Tensor Long(int[] numbers) => tensor(Array.ConvertAll(numbers, n => (long)n), device: encoder.Device);
}
