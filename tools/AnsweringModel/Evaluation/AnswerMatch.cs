using ML.Extensions.AnsweringModel.Questions;

namespace ML.Extensions.AnsweringModel.Evaluation;

/// <summary>How near an answer is to the right one: case, blanks and a full stop at the end do not count.</summary>
internal static class AnswerMatch
{
    /// <summary>
    /// What of an answer is compared: the statement, without the heading or label that it begins with, so that these, which repeat the question, count
    /// for nothing; for <see cref="QuestionKind.Exception"/> the label, which is what was asked.
    /// </summary>
    public static string Counted(QuestionKind kind, string answer)
    {
        var line = answer[(answer.LastIndexOf('\n') + 1)..];
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        var labelled = colon > 0 && !line[..colon].Contains(' ', StringComparison.Ordinal);
        return kind == QuestionKind.Exception ? labelled ? line[..colon] : line : labelled ? line[(colon + 2)..] : line;
    }

    /// <summary>Whether they are the same.</summary>
    public static bool IsExact(string found, string right) => Plain(found) == Plain(right);

    /// <summary>Harmonic mean of precision and recall over words, 0 to 1. Source: SQuAD, arXiv 1606.05250.</summary>
    public static double F1(string found, string right)
    {
        var (a, b) = (Words(found), Words(right));
        var shared = a.GroupBy(w => w).Sum(g => Math.Min(g.Count(), b.Count(w => w == g.Key)));
        return shared == 0 ? 0 : 2.0 * shared / (a.Length + b.Length);
    }

    private static string Plain(string text) => string.Join(' ', Words(text));

    private static string[] Words(string text) =>
        text.Trim().TrimEnd('.').ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
