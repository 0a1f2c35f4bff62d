using ML.Extensions.Training;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Examples in memory, each under each plan once an epoch. The order changes with the epoch; what a step gets depends on its number
/// alone, so that an interrupted run goes on where it was.
/// </summary>
internal sealed class AnswerStream
{
    private readonly IReadOnlyList<AnswerExample> _examples;
    private readonly IReadOnlyList<GraphKvPlan> _plans;
    private readonly ModelIdentity _model;
    private readonly int[] _prefix;
    private readonly int _perStep, _seed;
    private (long Epoch, int[] Order) _order = (-1, []);

    /// <summary>A stream.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="prefix">Ids before all segments.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="plans">The plans.</param>
    /// <param name="perStep">Examples of a step; the last step of an epoch may have fewer.</param>
    /// <param name="seed">Decides the order.</param>
    public AnswerStream(ModelIdentity model, int[] prefix, IReadOnlyList<AnswerExample> examples, IReadOnlyList<GraphKvPlan> plans, int perStep, int seed) =>
        (_model, _prefix, _examples, _plans, _perStep, _seed) = (model, prefix, examples, plans, perStep, seed);

    /// <summary>Number of examples.</summary>
    public int Examples => _examples.Count;

    /// <summary>Every example under every plan.</summary>
    public IReadOnlyList<PackedAnswer> All() => [.. Enumerable.Range(0, Items).Select(i => Pack(i / _plans.Count, _plans[i % _plans.Count]))];

    /// <summary>Steps of an epoch.</summary>
    public long StepsPerEpoch => (Items + _perStep - 1) / _perStep;

    /// <summary>The examples of a step, laid out.</summary>
    public IReadOnlyList<PackedAnswer> Batch(long step)
    {
        var (epoch, at) = (step / StepsPerEpoch, (int)(step % StepsPerEpoch) * _perStep);
        if (_order.Epoch != epoch)
        {
            int[] order = [.. Enumerable.Range(0, Items)];
            new Random(RowStream.HashCode(_seed, epoch)).Shuffle(order);
            _order = (epoch, order);
        }

        return [.. _order.Order.Skip(at).Take(_perStep).Select(i => Pack(i / _plans.Count, _plans[i % _plans.Count]))];
    }

    /// <summary>An example under a plan.</summary>
    /// <exception cref="ArgumentException">It does not fit the model's window; the message names the row.</exception>
    public PackedAnswer Pack(int example, GraphKvPlan plan)
    {
        try
        {
            return _examples[example].Pack(_model, _prefix, plan);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Row {example} under the plan {plan.Name}: {e.Message}", e);
        }
    }

    private int Items => _examples.Count * _plans.Count;
}
