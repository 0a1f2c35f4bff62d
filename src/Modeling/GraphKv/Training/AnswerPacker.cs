namespace ML.Extensions.GraphKv;

/// <summary>Makes one sequence of a plan's entries and of questions with their answers.</summary>
internal sealed class AnswerPacker
{
    private readonly ModelIdentity _model;
    private readonly Dictionary<Entry, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(Entry, int Offset), int> _moved = [];
    private readonly List<int> _ids = [], _movedTokens = [];
    private readonly List<float> _positions = [], _movedPositions = [];
    private readonly List<MaskBlock> _blocks = [];
    private int _length;

    private AnswerPacker(ModelIdentity model) => _model = model;

    /// <summary>Packs.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="layout">What a plan made of the segments.</param>
    /// <param name="questions">Questions over them.</param>
    /// <param name="plan">Name for messages.</param>
    /// <exception cref="NotSupportedException">The plan changes weights, order or tokens as it answers; such are not trained.</exception>
    /// <exception cref="ArgumentException">A question or an answer is empty, or the last token lies beyond the window.</exception>
    public static PackedAnswer Pack(ModelIdentity model, PlanLayout layout, IReadOnlyList<AnsweredQuestion> questions, string plan)
    {
        if (layout.Temper is not null || layout.Blend is not null || layout.Reordered is not null)
            throw new NotSupportedException($"The plan {plan} changes weights, order or tokens as it answers; it cannot be trained. Train BlockAttention or ParallelWindows, and answer by it.");
        if (questions.Count == 0 || questions.Any(q => q.Question.Length == 0 || q.Answer.Length == 0))
            throw new ArgumentException("There must be a question, and each question and answer needs a token.", nameof(questions));
        return new AnswerPacker(model).Pack(layout, questions);
    }

    private PackedAnswer Pack(PlanLayout layout, IReadOnlyList<AnsweredQuestion> questions)
    {
        var entries = InOrder(layout.Links);
        foreach (var entry in entries)
        {
            _places.Add(entry, _ids.Count);
            Append(entry.Ids, entry.Offset);
        }

        var (asked, rows, targets) = (_ids.Count, new List<int>(), new List<int>());
        foreach (var question in questions)
        {
            var first = _ids.Count + question.Question.Length - 1;
            Append([.. question.Question, .. question.Answer[..^1]], layout.QuestionOffset);
            rows.AddRange(Enumerable.Range(first, question.Answer.Length));
            targets.AddRange(question.Answer);
        }

        _length = _ids.Count;
        if (_positions.Max() is var last && last >= _model.Spec.Window)
            throw new ArgumentException($"A token stands at position {last}; the model's window ends at {_model.Spec.Window}. Give fewer or shorter segments, or a plan whose segments share positions.", nameof(questions));
        foreach (var entry in entries)
            Block(_places[entry], entry.Ids.Length, Links(entry));
        foreach (var question in questions)
        {
            var length = question.Question.Length + question.Answer.Length - 1;
            Block(asked, length, layout.Links.Select(l => (l.Source, l.Offset)));
            asked += length;
        }

        return new()
        {
            Ids = [.. _ids], Positions = [.. _positions], MovedTokens = [.. _movedTokens], MovedPositions = [.. _movedPositions],
            Blocks = _blocks, Rows = [.. rows], Targets = [.. targets], TargetCounts = [.. questions.Select(q => q.Answer.Length)],
        };
    }

    /// <summary>All entries that are read, sources first, each object once; two of one text stay two, as a reader counts them.</summary>
    private static List<Entry> InOrder(IEnumerable<EntryLink> links)
    {
        var found = new HashSet<Entry>(ReferenceEqualityComparer.Instance);
        var left = new Stack<Entry>(links.Select(l => l.Source).Reverse());
        while (left.TryPop(out var entry))
            if (found.Add(entry))
                foreach (var (source, _) in Links(entry).Reverse())
                    left.Push(source);
        return [.. found.OrderBy(e => e.Joint is not null).ThenBy(e => e.Level)]; // stable
    }

    private static IEnumerable<(Entry Source, int Offset)> Links(Entry entry) => entry.Joint is { } joint
        ? joint.Links(entry).Select(l => (l.Source, entry.Offset + l.Distance))
        : entry.Links.Select(l => (l.Source, l.Offset));

    private void Append(int[] ids, int offset)
    {
        _ids.AddRange(ids);
        _positions.AddRange(Enumerable.Range(offset, ids.Length).Select(p => (float)p));
    }

    /// <summary>A stretch sees its links, and itself causally.</summary>
    private void Block(int query, int queries, IEnumerable<(Entry Source, int Offset)> links)
    {
        foreach (var (source, offset) in links)
            _blocks.Add(new(query, queries, Key(source, offset), source.Ids.Length, Causal: false));
        _blocks.Add(new(query, queries, query, queries, Causal: true));
    }

    /// <summary>First key of an entry that is seen at a place.</summary>
    private int Key(Entry source, int offset)
    {
        if (offset == source.Offset)
            return _places[source];
        if (_model.LearnedPositions)
            throw Entry.Moved(new(source, offset));
        if (!_moved.TryGetValue((source, offset), out var key))
        {
            _moved.Add((source, offset), key = _length + _movedTokens.Count);
            _movedTokens.AddRange(Enumerable.Range(_places[source], source.Ids.Length));
            _movedPositions.AddRange(Enumerable.Range(offset, source.Ids.Length).Select(p => (float)p));
        }

        return key;
    }
}
