using ML.Extensions.AnsweringModel.Texts;

namespace ML.Extensions.AnsweringModel.Questions;

/// <summary>
/// Makes questions over some segments whose answers are words of a segment: a line, or its first sentence, with what it is said of before it, so
/// that an answer begins with words of the question and goes on as the segment does. A question is put only if all lines that it could mean give one
/// answer.
/// </summary>
internal sealed class QuestionMaker
{
    private const int LongestAnswer = 160, ContinuedWords = 6, ContinuationWords = 24;

    private readonly IReadOnlyList<ApiPiece> _pieces;
    private readonly Dictionary<QuestionKind, List<Candidate>> _candidates = [];
    private readonly Dictionary<(QuestionKind, string Name, string Label), HashSet<string>> _answers = [];

    /// <summary>Collects what can be asked.</summary>
    public QuestionMaker(IReadOnlyList<ApiPiece> pieces)
    {
        _pieces = pieces;
        foreach (var (n, piece) in pieces.Index())
            foreach (var fact in piece.Facts)
                Add(n, piece, fact);
        foreach (var (n, piece) in pieces.Index())
            foreach (var header in piece.Facts.Select(f => f.Header).Distinct())
                if (Names.Member(header) is { } member && header != piece.Title)
                    Add(QuestionKind.Declares, n, [member], "", Names.Declaring(header)!);
    }

    /// <summary>A question of a kind; null where none can be put.</summary>
    public ApiQuestion? Make(QuestionKind kind, Random random)
    {
        if (kind == QuestionKind.Continue)
            return Continue(random);
        if (!_candidates.TryGetValue(kind, out var all))
            return null;
        var candidate = all[random.Next(all.Count)];
        string[] names = [.. candidate.Names.Where(name => _answers[(kind, name, candidate.Label)].Count == 1)];
        if (names.Length == 0)
            return null;
        var asked = names[random.Next(names.Length)];
        var text = kind == QuestionKind.Linked ? Wordings.OfLinked(asked, candidate.Label, random) : Wordings.Of(kind, asked, candidate.Label, random);
        return new(kind, text, candidate.Heading is { } heading ? Under(heading, asked, candidate.Answer) : candidate.Answer, candidate.Segment);
    }

    /// <summary>A question that another piece answers and these do not; null where none can be put.</summary>
    /// <param name="other">Questions over pieces that are not among these.</param>
    /// <param name="random">Decides which.</param>
    public ApiQuestion? Absent(QuestionMaker other, Random random)
    {
        var kinds = other._candidates.Keys.Where(k => k is not (QuestionKind.Linked or QuestionKind.Declares)).ToArray();
        if (kinds.Length == 0)
            return null;
        var kind = kinds[random.Next(kinds.Length)];
        var candidate = other._candidates[kind][random.Next(other._candidates[kind].Count)];
        var name = candidate.Names[0];
        return _pieces.Any(p => p.Text.Contains(Names.WithoutParameters(name), StringComparison.Ordinal)) ? null
            : new(QuestionKind.Absent, Wordings.Of(kind, name, candidate.Label, random), ApiQuestion.NoAnswer, -1);
    }

    private void Add(int n, ApiPiece piece, ApiFact fact)
    {
        var answer = Names.FirstSentence(fact.Text);
        var ofType = fact.Header == piece.Title;
        string[] names = ofType ? [piece.ShortTitle, piece.Title]
            : [.. new[] { Names.WithoutParameters(fact.Header), Names.WithoutParameters(fact.Header), fact.Header, Names.Member(fact.Header) }.OfType<string>()];
        switch (fact.Kind)
        {
            case ApiFactKind.Summary:
                Add(ofType ? QuestionKind.Type : QuestionKind.Member, n, names, "", answer, fact.Header);
                break;
            case ApiFactKind.Parameter:
                Add(QuestionKind.Parameter, n, names, fact.Label, $"{fact.Label}: {answer}");
                break;
            case ApiFactKind.Returns:
                Add(QuestionKind.Returns, n, names, "", $"Returns: {answer}");
                break;
            default:
                Add(QuestionKind.When, n, names, fact.Label, $"{fact.Label}: {answer}");
                Add(QuestionKind.Exception, n, names, "", $"{fact.Label}: {answer}");
                break;
        }

        if (fact.Kind is ApiFactKind.Parameter or ApiFactKind.Returns && Linked(n, fact.Text) is { } linked)
            Add(QuestionKind.Linked, n, names, fact.Label, linked);
    }

    /// <summary>What the one type among the segments is for that a line names; null where it names none, or several.</summary>
    private string? Linked(int n, string text)
    {
        var words = text.Split([' ', ',', '.', ';', '(', ')']).ToHashSet(StringComparer.Ordinal);
        ApiPiece[] named = [.. _pieces.Where(p => p.Title != _pieces[n].Title && words.Contains(p.ShortTitle))];
        return named is [{ IsFirst: true } one] && one.Facts.FirstOrDefault(f => f.Kind == ApiFactKind.Summary && f.Header == one.Title) is { } summary
            ? Under(one.Title, one.ShortTitle, Names.FirstSentence(summary.Text)) : null;
    }

    /// <summary>A heading, from the asked name on, and what stands under it.</summary>
    private static string Under(string heading, string asked, string answer) => $"{heading[heading.LastIndexOf(asked, StringComparison.Ordinal)..]}\n{answer}";

    private void Add(QuestionKind kind, int segment, string[] names, string label, string answer, string? heading = null)
    {
        foreach (var name in names)
        {
            if (!_answers.TryGetValue((kind, name, label), out var answers))
                _answers[(kind, name, label)] = answers = new(StringComparer.Ordinal);
            answers.Add(answer);
        }

        if (answer.Length is < 2 or > LongestAnswer)
            return;
        if (!_candidates.TryGetValue(kind, out var all))
            _candidates[kind] = all = [];
        all.Add(new(segment, names, label, answer, heading));
    }

    private ApiQuestion? Continue(Random random)
    {
        var n = random.Next(_pieces.Count);
        var lines = _pieces[n].Text.Split('\n').Where(l => l.Split(' ').Length > ContinuedWords + 2).ToArray();
        if (lines.Length == 0)
            return null;
        var words = lines[random.Next(lines.Length)].Split(' ');
        var from = random.Next(words.Length - ContinuedWords - 1);
        var start = string.Join(' ', words[from..(from + ContinuedWords)]);
        if (_pieces.Sum(p => Count(p.Text, start)) != 1)
            return null;
        var rest = words[(from + ContinuedWords)..Math.Min(words.Length, from + ContinuedWords + ContinuationWords)];
        return new(QuestionKind.Continue, Wordings.Of(QuestionKind.Continue, "", start, random), string.Join(' ', rest), n);
    }

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
            count++;
        return count;
    }

    private sealed record Candidate(int Segment, string[] Names, string Label, string Answer, string? Heading);
}
