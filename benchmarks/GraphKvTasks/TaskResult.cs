using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>Accuracy of one trained model on one test, as a line of the CSV.</summary>
internal sealed record TaskResult(string Task, string Method, int Seed, int Steps, int Facts, int Hops, FactOrder Order, double Accuracy, double Seconds)
{
    /// <summary>The CSV's first line.</summary>
    public const string Header = "task,method,seed,steps,facts,hops,order,accuracy,seconds";

    /// <summary>The line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Task},{Method},{Seed},{Steps},{Facts},{Hops},{Order},{Accuracy:F4},{Seconds:F0}");

    /// <summary>All whole lines of a file; what a kill left behind the last one is passed over.</summary>
    public static List<TaskResult> Read(string path) => !File.Exists(path) ? [] :
    [
        .. File.ReadLines(path).Skip(1).Select(l => l.Split(',')).Where(p => p.Length == 9).Select(p => new TaskResult(
            p[0], p[1], Whole(p[2]), Whole(p[3]), Whole(p[4]), Whole(p[5]), Enum.Parse<FactOrder>(p[6]), double.Parse(p[7], CultureInfo.InvariantCulture), Whole(p[8]))),
    ];

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
