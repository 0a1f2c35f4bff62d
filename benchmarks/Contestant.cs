namespace ML.Extensions.Benchmarks;

/// <summary>A model under a strategy, or BM25.</summary>
/// <param name="Encoder">The model; null for BM25.</param>
/// <param name="Strategy">The strategy's name, or bm25.</param>
internal sealed record Contestant(ITextEncoder? Encoder, string Strategy)
{
    /// <summary>The model's name; "-" for BM25.</summary>
    public string Model => Encoder?.Name ?? "-";

    /// <summary>Cutting at the window, pieces, and BM25 do not depend on the limit of tokens.</summary>
    public bool HasLimit => Strategy is not ("none" or "bm25") && !InPieces;

    private bool InPieces => Strategy.Contains('/', StringComparison.Ordinal);

    /// <summary>Most tokens read of documents that are not made to a length: 0 means all, and "none" reads the model's own window.</summary>
    public IReadOnlyList<int> Limits(IReadOnlyList<int> wanted) =>
        Strategy switch { "none" => [Encoder!.Window], "bm25" => [0], _ => InPieces ? [0] : wanted };

    /// <summary>Reads "pcw", "bm25", or "arctic:pcw" for a model of its own.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="model">The model where none is named.</param>
    public static Contestant Parse(string text, ITextEncoder model)
    {
        if (text == "bm25")
            return new(null, text);
        var colon = text.LastIndexOf(':');
        var strategy = EmbeddingStrategy.Parse(text[(colon + 1)..]).Name;
        return new(colon < 0 || text[..colon] == model.Name ? model : new ModelEncoder(text[..colon]), strategy);
    }

    /// <summary>Whom the others are compared with: the first one, unless another one is named.</summary>
    /// <exception cref="ArgumentException">The one named does not take part.</exception>
    public static Contestant Rival(string? text, ITextEncoder model, IReadOnlyList<Contestant> contestants)
    {
        if (contestants.Count == 0)
            throw new ArgumentException("--strategies names none.");
        var rival = text is null ? contestants[0] : Parse(text, model);
        return contestants.Contains(rival)
            ? rival
            : throw new ArgumentException($"--against {text} is not among --strategies. There are: {string.Join(", ", contestants.Select(c => $"{c.Model}:{c.Strategy}"))}.");
    }
}
