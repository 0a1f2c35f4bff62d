using System.CommandLine;
using System.Globalization;
using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.DefaultModel.Training;
using ML.Extensions.NativeLibraries;
using ML.Extensions.Encoders;
using static TorchSharp.torch;

namespace ML.Extensions.DefaultModel;

/// <summary>`evaluate`: cosine of a twin's vectors to the teacher's, on held-out windows.</summary>
internal static class EvaluateCommand
{
    private const int Seed = 7;

    // Length and number of windows.
    private static readonly (int Length, int Count)[] Sets = [(16, 200), (32, 200), (64, 150), (128, 100), (256, 60), (512, 40)];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var model = new Option<string?>("--model") { Description = "A twin's folder; default: averaged, in the folder" };
        var threads = new Option<int>("--threads") { Description = "Threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("evaluate", "Cosine to the teacher on held-out windows of 16 to 512 tokens, in float32.") { folder, model, threads };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            set_num_threads(parsed.GetValue(threads));
            var work = parsed.GetValue(folder)!;
            using var twin = new TwinModel(parsed.GetValue(model) ?? Path.Combine(work, "averaged"), Precision.Float32);
            foreach (var (length, cosines) in Cosines(twin, TrainingText.Open(work)))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"RESULT evaluate tokens={length} cosine={cosines.Average():F4} p5={cosines.Order().ElementAt(cosines.Length / 20):F4} windows={cosines.Length}"));
            return 0;
        });
        return command;
    }

    /// <summary>Cosines by length of window.</summary>
    private static IEnumerable<(int Length, float[] Cosines)> Cosines(TwinModel twin, TrainingText text)
    {
        var windows = new TextWindows(text, twin.Tokens, heldOut: true, Seed);
        foreach (var (length, count) in Sets)
        {
            var random = Seeds.Random(Seed, length);
            var cosines = new List<float>();
            foreach (var part in Enumerable.Range(0, count).Select(_ => windows.Window(length, random.Next(5) == 0, random)).Chunk(20))
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var batch = new PackedTokens([.. part.SelectMany(w => w)], [.. part.Select(w => w.Length)]);
                var (taught, learnt) = (twin.Teacher.Encode(batch, EncoderOutput.FirstToken), twin.Student.Forward(batch, EncoderOutput.FirstToken));
                cosines.AddRange(nn.functional.cosine_similarity(taught, learnt, 1).data<float>().ToArray());
            }

            yield return (length, [.. cosines]);
        }
    }
}
