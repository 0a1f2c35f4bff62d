using System.Globalization;
using ScottPlot;

namespace ML.Extensions.Benchmarks;

/// <summary>Means and deviations over seeds: RESULT lines, and a picture with a panel for each task.</summary>
internal static class TaskReport
{
    private const int Width = 640, Height = 420;

    /// <summary>Writes both.</summary>
    public static void Write(IReadOnlyList<TaskResult> results, string plot)
    {
        foreach (var group in results.GroupBy(r => (r.Task, r.Method, r.Steps, r.Facts, r.Hops, r.Order)))
        {
            ResultLine.Write(
                "graphkv-tasks", ("task", group.Key.Task), ("method", group.Key.Method), ("facts", group.Key.Facts), ("hops", group.Key.Hops), ("order", group.Key.Order),
                ("steps", group.Key.Steps), ("seeds", group.Count()), ("mean", Text(Mean(group))), ("sd", Text(Deviation(group))));
        }

        var panels = new Multiplot();
        panels.AddPlots(3);
        panels.Layout = new ScottPlot.MultiplotLayouts.Grid(1, 3);
        Curves(panels.GetPlot(0), "A: two hops over linked facts", results.Where(r => r is { Task: "A", Hops: 2, Order: FactOrder.Shuffled }));
        Curves(panels.GetPlot(2), "C: one fact among N", results.Where(r => r.Task == "C"));
        Places(panels.GetPlot(1), results.Where(r => r is { Task: "B-0.9", Facts: 6 }));
        panels.SavePng(plot, 3 * Width, Height);
    }

    private static void Curves(Plot plot, string title, IEnumerable<TaskResult> results)
    {
        plot.Title(title);
        plot.Axes.SetLimitsY(0, 1.05);
        foreach (var method in results.GroupBy(r => r.Method))
        {
            var points = method.GroupBy(r => r.Facts).OrderBy(g => g.Key).ToArray();
            double[] xs = [.. points.Select(p => Math.Log2(p.Key))], ys = [.. points.Select(Mean)];
            var line = plot.Add.Scatter(xs, ys);
            line.LegendText = method.Key;
            plot.Add.ErrorBar(xs, ys, [.. points.Select(Deviation)]).Color = line.Color;
        }

        int[] facts = [.. results.Select(r => r.Facts).Distinct().Order()];
        plot.Axes.Bottom.SetTicks([.. facts.Select(n => Math.Log2(n))], [.. facts.Select(n => n.ToString(CultureInfo.InvariantCulture))]);
        plot.XLabel("segments (trained with 3 to 6)");
        plot.YLabel("accuracy, mean and deviation over seeds");
        plot.ShowLegend(Edge.Right);
    }

    private static void Places(Plot plot, IEnumerable<TaskResult> results)
    {
        plot.Title("B: where the asked segment stands, 6 segments");
        plot.Axes.SetLimitsY(0, 1.05);
        var bars = results.GroupBy(r => (r.Method, r.Order)).ToArray();
        plot.Add.Bars(bars.Select(Mean).ToArray());
        plot.Axes.Bottom.SetTicks([.. bars.Select((_, i) => (double)i)], [.. bars.Select(b => $"{b.Key.Method}\n{b.Key.Order}")]);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 8;
        plot.YLabel("accuracy, mean over seeds");
    }

    private static double Mean(IEnumerable<TaskResult> results) => results.Average(r => r.Accuracy);

    private static double Deviation(IEnumerable<TaskResult> results)
    {
        double[] values = [.. results.Select(r => r.Accuracy)];
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1));
    }

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
