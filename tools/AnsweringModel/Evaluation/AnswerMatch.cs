namespace ML.Extensions.AnsweringModel.Evaluation;

/// <summary>How near an answer is to the right one: case, blanks and a full stop at the end do not count.</summary>
internal static class AnswerMatch
{
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
