using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.AnsweringModel.Texts;

namespace ML.Extensions.AnsweringModel.Evaluation;

/// <summary>What can be answered without a model.</summary>
internal static class Baselines
{
    private static readonly char[] Marks = [' ', '\n', '.', ',', '(', ')', ':', '?', '\'', '<', '>', '"', ';'];

    /// <summary>The first sentence behind the first segment's name.</summary>
    public static string FirstSentence(ApiContext context) =>
        Names.FirstSentence(context.Pieces[0].Text.Split('\n').Skip(1).FirstOrDefault(l => l.Length > 0) ?? "");

    /// <summary>The line, up to its first full stop, of all segments that shares most words with the question; its heading's words count too.</summary>
    public static string NearestLine(ApiContext context, string question)
    {
        var asked = Words(question);
        var (best, most) = ("", -1);
        foreach (var piece in context.Pieces)
        {
            var heading = piece.Title;
            foreach (var line in piece.Text.Split('\n').Skip(1))
            {
                if (line.Length == 0 || !line.Contains(' ', StringComparison.Ordinal))
                {
                    heading = line.Length == 0 ? heading : line;
                    continue;
                }

                var shared = Words(heading + " " + line).Count(asked.Contains);
                if (shared > most)
                    (best, most) = (line, shared);
            }
        }

        return Names.FirstSentence(best);
    }

    private static HashSet<string> Words(string text) =>
        text.Split(Marks, StringSplitOptions.RemoveEmptyEntries).Select(w => w.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
}
