using System.Globalization;
using ScottPlot;

namespace ML.Extensions.Benchmarks;

/// <summary>One panel a task: curves over length for the synthetic ones, bars for the others.</summary>
internal static class LongEmbedPlot
{
    private const int Width = 640, Height = 420;

    /// <summary>Refuses a file that cannot be written, before anything is measured.</summary>
    public static void Check(string? path)
    {
        if (path is not null && !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"--plot {path}: the name must end with .png.");
    }

    /// <summary>Writes the picture.</summary>
    public static void Save(string path, IReadOnlyList<LongEmbedResult> results)
    {
        var tasks = results.GroupBy(r => r.Task.Name).ToArray();
        var panels = new Multiplot();
        panels.AddPlots(tasks.Length);
        var columns = Math.Min(2, tasks.Length);
        var rows = (tasks.Length + columns - 1) / columns;
        panels.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns);
        for (var i = 0; i < tasks.Length; i++)
        {
            var plot = panels.GetPlot(i);
            plot.Title(tasks[i].Key);
            plot.Axes.SetLimitsY(0, 1.05);
            if (tasks[i].First().Task.Synthetic)
                Curves(plot, [.. tasks[i]]);
            else
                Bars(plot, [.. tasks[i]]);
        }

        panels.SavePng(path, columns * Width, rows * Height);
    }

    private static void Curves(Plot plot, IReadOnlyList<LongEmbedResult> results)
    {
        foreach (var strategy in results.GroupBy(r => r.By))
        {
            var points = strategy.GroupBy(r => r.Tokens).OrderBy(g => g.Key).ToArray();
            var line = plot.Add.Scatter(
                points.Select(p => Math.Log2(p.Key)).ToArray(), points.Select(p => p.Average(r => r.Score)).ToArray());
            line.LegendText = Label(strategy.Key, results);
        }

        var lengths = results.Select(r => r.Tokens).Distinct().Order().ToArray();
        plot.Axes.Bottom.SetTicks(
            [.. lengths.Select(l => Math.Log2(l))], [.. lengths.Select(l => l.ToString(CultureInfo.InvariantCulture))]);
        plot.XLabel("tokens");
        plot.YLabel("Acc@1, mean of draws");
        plot.ShowLegend(Edge.Right);
    }

    private static void Bars(Plot plot, IReadOnlyList<LongEmbedResult> results)
    {
        plot.Add.Bars(results.Select(r => r.Score).ToArray());
        plot.Axes.Bottom.SetTicks(
            [.. results.Select((_, i) => (double)i)],
            [.. results.Select(r => string.Create(CultureInfo.InvariantCulture, $"{Label(r.By, results)}\n{(r.Tokens == 0 ? "all" : r.Tokens)}"))]);
        plot.YLabel("nDCG@10");
    }

    /// <summary>The strategy, with the model's last name where there are several.</summary>
    private static string Label(Contestant by, IReadOnlyList<LongEmbedResult> results) =>
        by.Encoder is null || results.Select(r => r.By.Model).Where(m => m != "-").Distinct().Count() < 2
            ? by.Strategy : $"{Path.GetFileName(by.Model.TrimEnd('/'))} {by.Strategy}";
}
