using System.Text.RegularExpressions;
using ML.Extensions.Retrieval;

namespace ML.Extensions.AnsweringModel.Texts;

/// <summary>A piece of a type's documentation under the type's name, as a retriever cuts it, and the lines that stand whole in it.</summary>
/// <param name="Document">The document.</param>
/// <param name="Text">The piece.</param>
/// <param name="IsFirst">Whether it begins where the document does.</param>
/// <param name="Facts">What its whole lines say.</param>
internal sealed partial record ApiPiece(IndexedDocument Document, string Text, bool IsFirst, IReadOnlyList<ApiFact> Facts)
{
    /// <summary>Full name of the type.</summary>
    public string Title => Document.Id;

    /// <summary>Name of the type without its namespace.</summary>
    public string ShortTitle => Names.Short(Document.Id);

    /// <summary>Cuts a piece at ends of words.</summary>
    /// <param name="document">The document; its first line is the type's name.</param>
    /// <param name="from">About where, in characters; 0 is the document's start.</param>
    /// <param name="length">About how many characters.</param>
    public static ApiPiece Cut(IndexedDocument document, int from, int length)
    {
        var text = document.Text;
        from = from == 0 ? 0 : WordEnd(text, from);
        var to = WordEnd(text, Math.Min(text.Length, from + length));
        var body = text[from..to];
        var whole = to == text.Length || body.EndsWith('\n') || text[to] == '\n';
        var piece = body.Trim();
        return new(document, from == 0 ? piece : $"{document.Id}\n{piece}", from == 0, [.. Read(piece, document.Id, from == 0, whole)]);
    }

    private static int WordEnd(string text, int at)
    {
        while (at > 0 && at < text.Length && !char.IsWhiteSpace(text[at]) && !char.IsWhiteSpace(text[at - 1]))
            at++;
        return at;
    }

    private static IEnumerable<ApiFact> Read(string piece, string title, bool first, bool whole)
    {
        var lines = piece.Split('\n');
        var (header, number) = (first ? title : null, 0);
        for (var i = first ? 1 : 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                (header, number) = (i + 1 < lines.Length ? lines[++i] : null, 0);
                continue;
            }

            if (header is not null && (whole || i < lines.Length - 1) && Fact(header, lines[i], number) is { } fact)
                yield return fact;
            number++;
        }
    }

    private static ApiFact? Fact(string header, string line, int number)
    {
        if (Labelled().Match(line) is not { Success: true } match)
            return number == 0 ? new(ApiFactKind.Summary, header, "", line) : null;
        var (label, text) = (match.Groups[1].Value, match.Groups[2].Value);
        return label == "Returns" ? new(ApiFactKind.Returns, header, "", text)
            : label.EndsWith("Exception", StringComparison.Ordinal) ? new(ApiFactKind.Throws, header, label, text)
            : char.IsLower(label[0]) || (label[0] == 'T' && (label.Length == 1 || char.IsUpper(label[1]))) ? new(ApiFactKind.Parameter, header, label, text)
            : number == 0 ? new(ApiFactKind.Summary, header, "", line) : null;
    }

    [GeneratedRegex(@"^(\w+): (.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Labelled();
}
