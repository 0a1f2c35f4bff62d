using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>Accuracy of one trained model on one test, as a line of the CSV.</summary>
internal sealed record TaskResult(string Task, string Method, int Seed, int Steps, int Facts, int Hops, FactOrder Order, double Accuracy, double Seconds)
{
    /// <summary>The CSV's first line.</summary>
    public const string Header = "task,method,seed,steps,facts,hops,order,accuracy,seconds";

    /// <summary>The line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Task},{Method},{Seed},{Steps},{Facts},{Hops},{Order},{Accuracy:F4},{Seconds:F0}");

    /// <summary>Reads a line's fields.</summary>
    public static TaskResult Read(string[] p) => new(
        p[0], p[1], Whole(p[2]), Whole(p[3]), Whole(p[4]), Whole(p[5]), Enum.Parse<FactOrder>(p[6]), double.Parse(p[7], CultureInfo.InvariantCulture), Whole(p[8]));

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
