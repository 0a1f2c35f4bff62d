namespace ML.Extensions.Generation;

/// <summary>Changes the logits of tokens that a sequence holds already.</summary>
/// <param name="options">The three penalties.</param>
internal sealed class TokenPenalties(SamplingOptions options)
{
    private readonly HashSet<int> _seen = [];
    private readonly Dictionary<int, int> _answered = [];

    /// <summary>Whether anything changes.</summary>
    public bool Any => options.RepetitionPenalty != 1 || options.FrequencyPenalty != 0 || options.PresencePenalty != 0;

    /// <summary>Notes tokens of the prompt.</summary>
    public void AddPrompt(IEnumerable<int> ids) => _seen.UnionWith(ids);

    /// <summary>Notes a token of the answer.</summary>
    public void AddAnswer(int id)
    {
        _seen.Add(id);
        _answered[id] = _answered.GetValueOrDefault(id) + 1;
    }

    /// <summary>Changes logits, [V] by id: repetition first, then frequency and presence.</summary>
    public void Apply(Span<double> logits)
    {
        foreach (var id in _seen)
            if (id < logits.Length)
                logits[id] = logits[id] > 0 ? logits[id] / options.RepetitionPenalty : logits[id] * options.RepetitionPenalty;
        foreach (var (id, count) in _answered)
            if (id < logits.Length)
                logits[id] -= (count * options.FrequencyPenalty) + options.PresencePenalty;
    }
}
