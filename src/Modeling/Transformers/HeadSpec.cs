namespace ML.Extensions.Transformers;

/// <summary>From states to logits over the vocabulary.</summary>
/// <param name="Name">Name of the matrix [V, D] in the file, without ".weight".</param>
/// <param name="Tied">Whether the word embedding is the matrix, whatever the file has under that name.</param>
internal sealed record HeadSpec(string Name, bool Tied)
{
    /// <summary>Whether there is a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>Factor on the logits. Granite: 1 / logits_scaling.</summary>
    /// <value>Default: 1.</value>
    public double Multiplier { get; init; } = 1;

    /// <summary>Logits l become c · tanh(l / c); null leaves them.</summary>
    public double? SoftCap { get; init; }
}
