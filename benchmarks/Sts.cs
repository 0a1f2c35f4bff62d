using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using ML.Extensions.Evaluation;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>Spearman's and Pearson's coefficients of cosines against people's scores on the STS benchmark.</summary>
internal static class Sts
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "model", "languages", "split", "pairs", "data");
        var model = arguments.Text("model", "arctic");
        var (split, count) = (arguments.Text("split", "test"), arguments.Number("pairs", 0));
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        foreach (var language in arguments.Texts("languages", "en"))
        {
            var watch = Stopwatch.StartNew();
            var pairs = Load(data, language, split, count);
            // Both sides alike, without a prompt, as for any pair of sentences.
            var vectors = EmbeddingRun.Documents(model, EmbeddingStrategy.Parse("none"), 512, [.. pairs.SelectMany(p => new[] { p.First, p.Second })]);
            var metrics = new SimilarityMetrics(
                [.. pairs.Select((_, i) => SimilarityFunction.Cosine.Of(vectors[2 * i], vectors[(2 * i) + 1]))], [.. pairs.Select(p => p.Score)]);
            ResultLine.Write(
                "sts",
                ("language", language),
                ("split", split),
                ("model", model),
                ("pairs", pairs.Count),
                ("spearman", Percent(metrics.Spearman)),
                ("spearman_error", Percent(metrics.SpearmanStandardError)),
                ("pearson", Percent(metrics.Pearson)),
                ("seconds", watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)));
        }

        return 0;
    }

    /// <summary>Reads the pairs of a split: sts/stsb_LANGUAGE.csv.gz with columns id, split, sentence1, sentence2, score.</summary>
    internal static IReadOnlyList<(string First, string Second, double Score)> Load(string data, string language, string split, int count)
    {
        var path = Path.Combine(data, "sts", $"stsb_{language}.csv.gz");
        if (!File.Exists(path))
            throw new ArgumentException($"{path} is missing; --data names the folder that holds sts/.");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        using var csv = CsvReader.FromText(reader.ReadToEnd());
        var pairs = new List<(string, string, double)>();
        while (csv.Read() && (count == 0 || pairs.Count < count))
        {
            if (csv.GetString("split") == split)
                pairs.Add((csv.GetString("sentence1"), csv.GetString("sentence2"), double.Parse(csv.GetString("score"), CultureInfo.InvariantCulture)));
        }

        return pairs.Count > 1 ? pairs : throw new ArgumentException($"{path} has no split '{split}'. There are: train, dev, test.");
    }

    private static string Percent(double value) => (100 * value).ToString("F1", CultureInfo.InvariantCulture);
}
