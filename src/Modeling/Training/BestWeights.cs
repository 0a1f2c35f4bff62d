using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>The weights of the best validation so far.</summary>
internal sealed class BestWeights
{
    private Dictionary<string, float[]>? _weights;

    /// <summary>The best metric; null before the first.</summary>
    public double? Metric { get; private set; }

    /// <summary>Validations since the best.</summary>
    public int Since { get; private set; }

    /// <summary>The weights by parameter; null before the first validation.</summary>
    public IReadOnlyDictionary<string, float[]>? Weights => _weights;

    /// <summary>Notes a validation; keeps a copy of the trained weights if it is the best.</summary>
    public void See(double metric, IEnumerable<TrainedParameter> parameters)
    {
        if (Metric is { } best && !double.IsNaN(best) && !(metric > best))
        {
            Since++;
            return;
        }

        (Metric, Since) = (metric, 0);
        _weights = parameters.Where(p => p.Ranges.Count > 0).ToDictionary(p => p.Name, p => p.Master.cpu().data<float>().ToArray(), StringComparer.Ordinal);
    }

    /// <summary>Goes to a noted state.</summary>
    public void Set(double? metric, int since, Dictionary<string, float[]>? weights) => (Metric, Since, _weights) = (metric, since, weights);

    /// <summary>Gives the parameters the best weights, if any were noted.</summary>
    public void Restore(IEnumerable<TrainedParameter> parameters)
    {
        if (_weights is null)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var parameter in parameters)
        {
            if (!_weights.TryGetValue(parameter.Name, out var values))
                continue;
            parameter.Master.copy_(tensor(values, parameter.Master.shape));
            parameter.Finish();
        }
    }
}
