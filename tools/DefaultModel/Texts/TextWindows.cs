namespace ML.Extensions.DefaultModel.Texts;

/// <summary>
/// Windows of the training text for distillation, special tokens included. Each step has windows of every octave from 16 to 512 tokens,
/// a fifth of them with the query prompt. A step's windows depend on the seed and the step alone.
/// </summary>
internal sealed class TextWindows
{
    /// <summary>Shortest and longest window.</summary>
    public const int Shortest = 16, Longest = 512;

    // Part of a step's tokens by octave: 16 to 32, 32 to 64, and so on.
    private static readonly double[] Shares = [0.10, 0.10, 0.15, 0.25, 0.40];

    private readonly TrainingText _text;
    private readonly TwinTokens _tokens;
    private readonly int _seed;
    private readonly TextDocument[] _documents;
    private readonly long[] _ends;

    /// <summary>Windows of a text.</summary>
    /// <param name="text">The training text.</param>
    /// <param name="tokens">Special ids and the query prompt.</param>
    /// <param name="heldOut">Takes the held-out documents instead of the others.</param>
    /// <param name="seed">Decides which windows.</param>
    public TextWindows(TrainingText text, TwinTokens tokens, bool heldOut, int seed)
    {
        (_text, _tokens, _seed) = (text, tokens, seed);
        _documents = [.. text.Documents.Where(d => d.HeldOut == heldOut)];
        _ends = new long[_documents.Length];
        long at = 0;
        for (var i = 0; i < _ends.Length; i++)
            _ends[i] = at += _documents[i].Count;
        if (at == 0)
            throw new ArgumentException($"The training text has no {(heldOut ? "held-out" : "training")} documents.", nameof(text));
    }

    /// <summary>The windows of a step, longest first.</summary>
    /// <param name="step">From 0 on.</param>
    /// <param name="tokens">About how many tokens they have together.</param>
    public IReadOnlyList<int[]> Batch(long step, int tokens)
    {
        var random = Seeds.Random(_seed, step);
        var windows = new List<int[]>();
        for (var octave = Shares.Length - 1; octave >= 0; octave--)
        {
            var low = Shortest << octave;
            var length = octave == Shares.Length - 1 && random.Next(4) == 0 ? Longest : random.Next(low, (2 * low) + 1);
            var wanted = Shares[octave] * tokens / length;
            var count = (int)wanted + (random.NextDouble() < wanted - (int)wanted ? 1 : 0);
            for (var i = 0; i < count; i++)
                windows.Add(Window(length, random.Next(5) == 0, random));
        }

        return windows.Count > 0 ? windows : [Window(Shortest, false, random)];
    }

    /// <summary>One window of a length.</summary>
    public int[] Window(int length, bool asQuery, Random random)
    {
        var prompt = asQuery && length >= Shortest + _tokens.Prompt.Length ? _tokens.Prompt : [];
        var body = length - 2 - prompt.Length;
        var at = Array.BinarySearch(_ends, random.NextInt64(_ends[^1]) + 1);
        var number = at < 0 ? ~at : at;
        var document = _documents[number];
        var start = document.Start + random.Next(document.Count);
        while (start > document.Start && !_text.Begins(start))
            start--;
        return [_tokens.First, .. prompt, .. Stretch(number, start, body), _tokens.Last];
    }

    /// <summary>Tokens from a place on; behind a document's end the next one follows.</summary>
    private int[] Stretch(int number, int start, int count)
    {
        var ids = new int[count];
        for (var filled = 0; filled < count; number = (number + 1) % _documents.Length, start = _documents[number].Start)
        {
            var document = _documents[number];
            for (var at = start; at < document.Start + document.Count && filled < count; at++)
                ids[filled++] = _text.Id(at);
        }

        return ids;
    }
}
