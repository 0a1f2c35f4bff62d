using ML.Extensions.GraphKv;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Facts that point at each other: segment u is [SEG, key, value], its value the key of its successor on a random cycle. A question
/// [HOP k, a] asks for the k-th successor of a; the answer is one token, so chance is 1 / N at best.
/// </summary>
/// <param name="seed">Decides all contexts.</param>
internal sealed class LinkedFacts(int seed)
{
    /// <summary>Tokens: entities, the segment's mark, a mark for each number of hops.</summary>
    public const int Entities = 32, Segment = Entities, Hop = Entities, Vocabulary = Entities + 4;

    /// <summary>Tokens of a segment.</summary>
    public const int SegmentLength = 3;

    private readonly Random _random = new(seed);

    /// <summary>A whole number from a range.</summary>
    public int Next(int low, int high) => _random.Next(low, high + 1);

    /// <summary>One context.</summary>
    /// <param name="facts">N.</param>
    /// <param name="questions">Questions over it; they do not see each other.</param>
    /// <param name="hops">Gives each question's k.</param>
    /// <param name="order">How segments stand.</param>
    /// <param name="randomEdges">Whether the edges say nothing: each segment's source is another one by chance.</param>
    public AnswerExample Context(int facts, int questions, Func<int> hops, FactOrder order, bool randomEdges = false)
    {
        var keys = Enumerable.Range(0, Entities).ToArray();
        _random.Shuffle(keys);
        var cycle = keys[..facts]; // the successor of cycle[i] is cycle[i + 1]
        int At(int i) => cycle[i % facts];
        (int From, int Hops)[] asked = [.. Enumerable.Range(0, questions).Select(_ => (_random.Next(facts), hops()))];
        var places = Enumerable.Range(0, facts).Reverse().ToArray(); // sources first, as far as a cycle lets them
        if (order != FactOrder.SourcesFirst)
            _random.Shuffle(places);
        if (order is FactOrder.AskedFirst or FactOrder.AskedLast)
        {
            var (now, wanted) = (Array.IndexOf(places, asked[0].From), order == FactOrder.AskedFirst ? 0 : facts - 1);
            (places[now], places[wanted]) = (places[wanted], places[now]);
        }

        int Source(int target) => randomEdges ? (target + 1 + _random.Next(facts - 1)) % facts : (target + 1) % facts;
        return new(
            [.. places.Select(i => new[] { Segment, At(i), At(i + 1) })],
            [.. places.Select((i, place) => (Array.IndexOf(places, Source(i)), place))],
            [.. asked.Select(q => new AnsweredQuestion([Hop + q.Hops, At(q.From)], [At(q.From + q.Hops)]))]);
    }
}
