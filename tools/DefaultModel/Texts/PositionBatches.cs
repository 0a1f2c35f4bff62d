using ML.Extensions.DefaultModel.Facts;
using ML.Extensions.Encoders;
using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.DefaultModel.Texts;

/// <summary>
/// Texts for the training of position rows, each with the number of its question in a fixed bank. Half of the texts hide a fact in filler, half are natural
/// ones: a stretch of a document whose question was cut out of it.
/// </summary>
internal sealed class PositionBatches
{
    private const int Facts = 400, Stretches = 800, Group = 40, ShortestQuery = 10, LongestQuery = 40, Spare = 76;

    private readonly TwinTokens _tokens;
    private readonly TrainingText _text;
    private readonly FactBatches _filler;
    private readonly int _seed, _longest;
    private readonly List<Fact> _facts = [];
    private readonly (TextDocument Document, int Start, int Count)[] _stretches;

    /// <summary>Chooses the bank.</summary>
    /// <param name="tokens">Special ids and the query prompt.</param>
    /// <param name="text">The training text.</param>
    /// <param name="longest">Most tokens of a text.</param>
    /// <param name="seed">Decides facts, stretches and texts.</param>
    public PositionBatches(TwinTokens tokens, TrainingText text, int longest, int seed)
    {
        (_tokens, _text, _longest, _seed) = (tokens, text, longest, seed);
        _filler = new(tokens, text, seed);
        var random = Seeds.Random(seed, -1);
        while (_facts.Count < Facts)
            _facts.AddRange(FactMaker.Group(Group, random));
        var documents = text.Documents.Where(d => !d.HeldOut && d.Count >= longest + Spare).ToArray(); // longer than any text
        if (documents.Length == 0)
            throw new ArgumentException($"No training document has {longest + Spare} tokens.", nameof(text));
        _stretches = [.. Enumerable.Range(0, Stretches).Select(_ =>
        {
            var document = documents[random.Next(documents.Length)];
            return (document, document.Start + random.Next(document.Count - LongestQuery), random.Next(ShortestQuery, LongestQuery + 1));
        })];
    }

    /// <summary>Questions of the facts and of the stretches, as ids with the query prompt.</summary>
    public IReadOnlyList<int[]> Questions(bool facts) => facts
        ? [.. _facts.Select(f => _tokens.Query(_tokens.Bare(f.Question)))] : [.. _stretches.Select(s => _tokens.Query(_text.Ids(s.Start, s.Count)))];

    /// <summary>Vectors of the questions, [N, D], of length 1; the caller's.</summary>
    public Tensor Bank(bool facts, TextEncoder model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var questions = Questions(facts);
        var vectors = questions.Select(q => model.Encode(new(q, [q.Length]), EncoderOutput.FirstToken)).ToArray();
        return nn.functional.normalize(cat(vectors)).DetachFromDisposeScope();
    }

    /// <summary>Texts of a step, at least one.</summary>
    /// <param name="facts">Whether they hide facts.</param>
    /// <param name="step">From 0 on.</param>
    /// <param name="budget">About how many tokens they have together.</param>
    /// <param name="tuning">Decides their positions.</param>
    public TrainingBatch Batch(bool facts, long step, int budget, PositionTuning tuning)
    {
        var random = Seeds.Random(facts ? _seed : ~_seed, step);
        var (texts, numbers, positions) = (new List<int[]>(), new List<float>(), new List<float[]?>());
        for (var left = budget; left > 0; left -= texts[^1].Length)
        {
            var length = random.Next(TextWindows.Longest / 2, _longest + 1);
            var number = random.Next(facts ? _facts.Count : _stretches.Length);
            texts.Add(facts ? _filler.Text(_facts[number], length, random) : Around(_stretches[number], length, random));
            numbers.Add(number);
            var asItStands = texts[^1].Length > TextWindows.Longest && random.Next(2) == 0; // 0, 1, 2, …, as long texts are read
            positions.Add(asItStands ? [.. Enumerable.Range(0, texts[^1].Length).Select(p => (float)p)] : tuning.Places(texts[^1].Length, random));
        }

        return TrainingBatch.Of(texts) with { Scores = [.. numbers], Positions = positions };
    }

    /// <summary>What stands around a stretch, without it.</summary>
    private int[] Around((TextDocument Document, int Start, int Count) stretch, int length, Random random)
    {
        var (document, start, count) = stretch;
        var room = Math.Min(length - 2, document.Count - count);
        var before = Math.Min(start - document.Start, random.Next(room + 1));
        var behind = Math.Min(document.Start + document.Count - start - count, room - before);
        return [_tokens.First, .. _text.Ids(start - before, before), .. _text.Ids(start + count, behind), _tokens.Last];
    }
}
