using ML.Extensions.AnsweringModel.Texts;
using ML.Extensions.Retrieval;

namespace ML.Extensions.AnsweringModel.Questions;

/// <summary>Makes contexts: a piece of a document, pieces of those that it links to, and others of its namespace, in any order.</summary>
internal sealed class ContextMaker
{
    private const double FirstPiece = 0.4, LinkedPiece = 0.4, OwnPiece = 0.15;
    private const int Attempts = 6;

    private readonly IReadOnlyList<IndexedDocument> _documents;
    private readonly double[] _weights;
    private readonly Dictionary<string, IndexedDocument> _byName;
    private readonly ILookup<string, IndexedDocument> _byNamespace;

    /// <summary>Takes the documents.</summary>
    public ContextMaker(IReadOnlyList<IndexedDocument> documents)
    {
        _documents = documents;
        _byName = documents.ToDictionary(d => d.Id, StringComparer.Ordinal);
        _byNamespace = documents.ToLookup(Namespace, StringComparer.Ordinal);
        _weights = new double[documents.Count];
        var sum = 0.0;
        for (var n = 0; n < _weights.Length; n++)
            _weights[n] = sum += Math.Sqrt(documents[n].Text.Length); // long documents have more to say, but not in proportion
    }

    /// <summary>A context that the random numbers decide.</summary>
    public ApiContext Make(ContextShape shape, Random random)
    {
        var pieces = Pieces(shape, random);
        var maker = new QuestionMaker(pieces);
        var other = new QuestionMaker([Piece(Document(random), shape, random)]);
        var questions = new List<ApiQuestion>();
        var total = shape.Shares.Values.Sum();
        for (var n = 0; n < shape.Questions * Attempts && questions.Count < shape.Questions; n++)
        {
            var kind = Kind(shape, random.Next(total));
            var question = kind == QuestionKind.Absent ? maker.Absent(other, random) : maker.Make(kind, random);
            if (question is not null && questions.TrueForAll(q => q.Text != question.Text))
                questions.Add(question);
        }

        return questions.Count > 0 ? new(pieces, Edges(pieces), questions) : Make(shape, random);
    }

    /// <summary>A document; longer ones more often.</summary>
    public IndexedDocument Document(Random random)
    {
        var at = Array.BinarySearch(_weights, random.NextDouble() * _weights[^1]);
        return _documents[Math.Min(_documents.Count - 1, at < 0 ? ~at : at)];
    }

    private static QuestionKind Kind(ContextShape shape, int at)
    {
        foreach (var (kind, share) in shape.Shares)
            if ((at -= share) < 0)
                return kind;
        return QuestionKind.Type;
    }

    private List<ApiPiece> Pieces(ContextShape shape, Random random)
    {
        var count = random.Next(shape.FewestPieces, shape.MostPieces + 1);
        var first = Document(random);
        var linked = first.Links.Where(_byName.ContainsKey).ToArray();
        var near = _byNamespace[Namespace(first)].ToArray();
        var pieces = new List<ApiPiece> { Piece(first, shape, random) };
        for (var tries = 0; pieces.Count < count && tries < 20 * count; tries++)
        {
            var chance = random.NextDouble();
            var next = chance < LinkedPiece && linked.Length > 0 ? ApiPiece.Cut(_byName[linked[random.Next(linked.Length)]], 0, Length(shape, random))
                : chance < LinkedPiece + OwnPiece ? Piece(first, shape, random)
                : Piece(near[random.Next(near.Length)], shape, random);
            if (pieces.TrueForAll(p => p.Text != next.Text))
                pieces.Add(next);
            else if (tries > 10 * count)
                pieces.Add(Piece(Document(random), shape, random));
        }

        var order = pieces.ToArray();
        random.Shuffle(order);
        return [.. order];
    }

    private static ApiPiece Piece(IndexedDocument document, ContextShape shape, Random random)
    {
        var length = Length(shape, random);
        var places = document.Text.Length / length;
        return ApiPiece.Cut(document, random.NextDouble() < FirstPiece ? 0 : random.Next(Math.Max(1, places)) * length, length);
    }

    private static int Length(ContextShape shape, Random random) => random.Next(shape.ShortestPiece, shape.LongestPiece + 1);

    private static List<(int Source, int Target)> Edges(List<ApiPiece> pieces) =>
    [
        .. from target in Enumerable.Range(0, pieces.Count) from source in Enumerable.Range(0, pieces.Count)
           where source != target && pieces[target].Document.Links.Contains(pieces[source].Title)
           select (source, target),
    ];

    private static string Namespace(IndexedDocument document) => document.Id[..Math.Max(0, document.Id.Length - Names.Short(document.Id).Length - 1)];
}
