namespace ML.Extensions.Generation;

/// <summary>Chooses the tokens of one sequence. Not for several threads at once.</summary>
internal sealed class TokenSampler
{
    private readonly SamplingOptions _options;
    private readonly IReadOnlyList<SamplingStage> _stages;
    private readonly TokenPenalties _penalties;
    private readonly SeededDraws _draws;
    private readonly int? _likeliest;
    private Candidates? _candidates;

    /// <param name="options">How tokens are chosen.</param>
    /// <param name="prompt">Ids that the sequence begins with.</param>
    /// <param name="likeliest">How many of the likeliest tokens are noted; null notes no log-probabilities.</param>
    public TokenSampler(SamplingOptions options, IEnumerable<int> prompt, int? likeliest = null)
    {
        (_options, _likeliest) = (options, likeliest);
        _stages = SamplingStage.Of(options);
        _penalties = new(options);
        _draws = new(options.Seed);
        if (_penalties.Any)
            _penalties.AddPrompt(prompt);
    }

    /// <summary>Chooses a token, which counts as the sequence's next.</summary>
    /// <param name="logits">[V].</param>
    /// <exception cref="InvalidDataException">The logits are no numbers.</exception>
    public TokenChoice Next(ReadOnlySpan<float> logits)
    {
        if (_candidates is null || _candidates.Ids.Length != logits.Length)
            _candidates = new(logits.Length);
        _candidates.Fill(logits);
        var (logSum, likeliest) = _likeliest is { } count ? LogProbabilities.Of(_candidates, count) : (double.NaN, []);
        if (_penalties.Any)
            _penalties.Apply(_candidates.Logits.AsSpan(0, _candidates.Count));
        var id = _options.Temperature == 0 ? _candidates.Ids[_candidates.Likeliest()] : Draw(_candidates);
        if (_penalties.Any)
            _penalties.AddAnswer(id);
        return new(id, (float)(logits[id] - logSum), likeliest);
    }

    private int Draw(Candidates candidates)
    {
        foreach (var stage in _stages)
            stage.Apply(candidates);
        candidates.Normalize();
        var (left, last) = (_draws.Next(), 0);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.Probabilities[i] == 0)
                continue;
            last = i;
            if ((left -= candidates.Probabilities[i]) < 0)
                break;
        }

        return candidates.Ids[last];
    }
}
