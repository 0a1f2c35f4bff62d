using System.Diagnostics;
using System.Globalization;
using ML.Extensions.GraphKv;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// What plans can learn from scratch: facts linked by edges (A), the place of the asked segment (B), more segments than were trained (C). One
/// model a method and seed, the same data for all. A run that was ended goes on where it was.
/// </summary>
internal static class GraphKvTasks
{
    private const int Layers = 3;

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "tasks", "methods", "seeds", "steps", "output", "threads", "plot");
        var output = arguments.Text("output", Path.Combine(Repository.Root, "graphkv-tasks"));
        var (csv, plot) = (Path.Combine(output, "results.csv"), arguments.Text("plot", Path.Combine(output, "results.png")));
        NativeTorch.EnsureLoaded();
        set_num_threads(arguments.Number("threads", 1)); // operators are small: more threads wait for each other
        Directory.CreateDirectory(output);
        using var file = new ResumedCsv(csv, TaskResult.Header);
        var results = file.Rows.Select(TaskResult.Read).ToList();
        var names = arguments.Texts("methods", string.Join(',', TaskMethod.All.Select(m => m.Name))).Select(n => TaskMethod.Of(n).Name).ToArray();
        FactTask[] tasks = [.. FactTask.All(arguments.Number("steps", 4_000)).Where(t => arguments.Texts("tasks", "A,B,C").Contains(t.Name[..1]))];
        foreach (var seed in arguments.Numbers("seeds", "1,2,3,4,5"))
            foreach (var task in tasks)
                foreach (var method in task.Methods.Intersect(names).Select(TaskMethod.Of))
                {
                    if (results.Any(r => r.Task == task.Name && r.Method == method.Name && r.Seed == seed && r.Steps == task.Steps))
                        continue;
                    foreach (var result in Measure(task, method, seed, Path.Combine(output, $"{task.Name}-{method.Name}-{seed}-{task.Steps}")))
                    {
                        results.Add(result);
                        file.Write(result.ToString());
                    }
                }
        TaskReport.Write(results, plot);
        return 0;
    }

    private static List<TaskResult> Measure(FactTask task, TaskMethod method, int seed, string checkpoints)
    {
        using var decoder = ScratchDecoder.Create(Layers, LinkedFacts.Vocabulary, seed);
        var model = new ModelIdentity(decoder.Spec, Precision.Float32, CPU, "scratch");
        var (start, last, loss) = (Stopwatch.GetTimestamp(), 0L, 0.0);
        new AnswerTrainingRun(decoder, step => task.Batch(method, model, seed, step), new()
        {
            Steps = task.Steps,
            LearningRate = new(2e-3, Math.Min(200, task.Steps / 2)) { Floor = 0.05 },
            AdamW = new() { Beta2 = 0.98 },
            CheckpointFolder = checkpoints,
            CheckpointEvery = 500,
            TokensPerPass = int.MaxValue,
            Progress = p =>
            {
                loss += p.Loss;
                if (p.Step % 100 != 0)
                    return;
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{task.Name} {method.Name} seed {seed}: step {p.Step} of {p.Steps}, loss {loss / (p.Step - last):F4}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
                (last, loss) = (p.Step, 0);
            },
        }).Run();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var measure = new AnswerStep(decoder, 8_192);
        List<TaskResult> results =
        [
            .. task.Tests.Select(t => new TaskResult(
                task.Name, method.Name, seed, task.Steps, t.Facts, t.Hops, t.Order,
                measure.Measure(task.Test(method, model, t)).SelectMany(c => c).Average(s => s.Right ? 1.0 : 0), seconds)),
        ];
        foreach (var result in results)
            Console.Error.WriteLine(result);
        Directory.Delete(checkpoints, recursive: true);
        return results;
    }
}
