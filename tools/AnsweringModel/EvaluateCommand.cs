using System.CommandLine;
using System.Globalization;
using ML.Extensions.AnsweringModel.Evaluation;
using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.AnsweringModel.Texts;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.AnsweringModel;

/// <summary>`evaluate`: answers over held-out assemblies, by plan and kind of question.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var model = new Option<string?>("--model") { Description = "A decoder; default: the trained one, in the folder" };
        var contexts = new Option<int>("--contexts") { Description = "Contexts, of up to eight questions each", DefaultValueFactory = _ => 40 };
        var segments = new Option<int>("--segments") { Description = "Segments of a context", DefaultValueFactory = _ => ContextShape.Measured.MostPieces };
        var characters = new Option<int>("--characters") { Description = "About how many characters a segment has", DefaultValueFactory = _ => ContextShape.Measured.LongestPiece };
        var plans = new Option<string>("--plans") { Description = "Plans", DefaultValueFactory = _ => string.Join(',', Evaluator.Plans.Select(p => p.Name)) };
        var threads = new Option<int>("--threads") { Description = "Threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var show = new Option<bool>("--show") { Description = "Prints each question with its answers" };
        var command = new Command("evaluate", "Asks about assemblies that training has not seen, under each plan.") { folder, model, contexts, segments, characters, plans, threads, show };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            set_num_threads(parsed.GetValue(threads));
            var (count, length) = (parsed.GetValue(segments), parsed.GetValue(characters));
            var shape = ContextShape.Measured with { FewestPieces = count, MostPieces = count, ShortestPiece = length * 4 / 5, LongestPiece = length };
            var evaluator = new Evaluator(parsed.GetValue(model) ?? Folders.Trained(parsed.GetValue(folder)!), ApiCorpus.Held(), shape);
            var answers = evaluator.Run(parsed.GetValue(contexts), parsed.GetValue(plans)!.Split(','), !parsed.GetValue(show) ? null : (question, method, answer) =>
                Console.WriteLine($"{method} | {question.Kind} | {question.Text} | {answer} | {question.Answer}")).ToArray();
            foreach (var method in answers.GroupBy(a => a.Method))
            {
                foreach (var kind in method.GroupBy(a => a.Kind).OrderBy(g => g.Key))
                    Print(method.Key, kind.Key.ToString(), kind);
                Print(method.Key, "All", method);
            }

            return 0;
        });
        return command;
    }

    private static void Print(string method, string kind, IEnumerable<EvaluatedAnswer> group)
    {
        var answers = group.ToArray();
        var exact = answers.Average(a => a.Exact ? 1.0 : 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"RESULT answering-model method={method.Replace(' ', '-')} kind={kind} questions={answers.Length} exact={100 * exact:F1} exact_error={100 * Math.Sqrt(exact * (1 - exact) / answers.Length):F1} f1={100 * answers.Average(a => a.F1):F1}"));
    }
}
