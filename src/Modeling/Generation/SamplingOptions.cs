namespace ML.Extensions.Generation;

/// <summary>
/// How a token is chosen among a network's logits. In this order: repetition, frequency and presence penalty; top-k; typical;
/// top-p; min-p; temperature; draw. That is llama.cpp's order; see <see cref="TemperatureFirst"/> for Hugging Face's.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits: below 1 likely tokens become likelier. 0 takes the likeliest token (greedy), and nothing is drawn.</summary>
    /// <value>Default: 0. At least 0.</value>
    public double Temperature
    {
        get;
        init => field = InRange(value >= 0 && double.IsFinite(value), value, nameof(Temperature), "a number of at least 0");
    }

    /// <summary>Only the k likeliest tokens; of equal ones those with lower ids.</summary>
    /// <value>Default: null, all. At least 1.</value>
    public int? TopK
    {
        get;
        init => field = InRange(value is null or >= 1, value, nameof(TopK), "at least 1");
    }

    /// <summary>Only the likeliest tokens that together reach this probability. Source: Holtzman et al., arXiv 1904.09751.</summary>
    /// <value>Default: null, all. Above 0, at most 1.</value>
    public double? TopP
    {
        get;
        init => field = InRange(value is null or (> 0 and <= 1), value, nameof(TopP), "above 0 and at most 1");
    }

    /// <summary>Only tokens with at least this share of the likeliest one's probability. Source: Nguyen et al., arXiv 2407.01082.</summary>
    /// <value>Default: null, all. 0 to 1.</value>
    public double? MinP
    {
        get;
        init => field = InRange(value is null or (>= 0 and <= 1), value, nameof(MinP), "from 0 to 1");
    }

    /// <summary>
    /// Only the tokens whose information is nearest to the expected one and that together reach this probability. Source: Meister et
    /// al., arXiv 2202.00666.
    /// </summary>
    /// <value>Default: null, all. Above 0, at most 1.</value>
    public double? TypicalP
    {
        get;
        init => field = InRange(value is null or (> 0 and <= 1), value, nameof(TypicalP), "above 0 and at most 1");
    }

    /// <summary>
    /// Divides positive and multiplies negative logits of tokens that the prompt or the answer holds: above 1 they become less
    /// likely. Source: CTRL, Keskar et al., arXiv 1909.05858.
    /// </summary>
    /// <value>Default: 1, none. Above 0.</value>
    public double RepetitionPenalty
    {
        get;
        init => field = InRange(value > 0 && double.IsFinite(value), value, nameof(RepetitionPenalty), "a number above 0");
    } = 1;

    /// <summary>Taken from a token's logit for each time that the answer holds it already.</summary>
    /// <value>Default: 0.</value>
    public double FrequencyPenalty
    {
        get;
        init => field = InRange(double.IsFinite(value), value, nameof(FrequencyPenalty), "a number");
    }

    /// <summary>Taken once from the logit of each token that the answer holds already.</summary>
    /// <value>Default: 0.</value>
    public double PresencePenalty
    {
        get;
        init => field = InRange(double.IsFinite(value), value, nameof(PresencePenalty), "a number");
    }

    /// <summary>Temperature before the choices of top-k to min-p instead of behind them, as Hugging Face's library has it.</summary>
    /// <value>Default: false.</value>
    public bool TemperatureFirst { get; init; }

    /// <summary>What the draws follow from: the same prompt, options and seed give the same text. Each prompt has its own draws.</summary>
    /// <value>Default: 0.</value>
    public int Seed { get; init; }

    private static T InRange<T>(bool holds, T value, string name, string expected) =>
        holds ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}.");
}
