// A question over the text files of a folder, under several plans side by side: dotnet run -- MODEL FOLDER "QUESTION"
// MODEL is a decoder: a folder of Hugging Face's, or a GGUF file. Keys and values of the files stay in FOLDER/.kv-cache.
using System.Globalization;
using GraphKvAnswers;
using Microsoft.ML;
using ML.Extensions.GraphKv;

if (args is not [var model, var folder, var question])
{
    Console.Error.WriteLine("Usage: GraphKvAnswers MODEL FOLDER \"QUESTION\"");
    return 2;
}

try
{
    string[] files = [.. Directory.GetFiles(folder, "*.txt").Concat(Directory.GetFiles(folder, "*.md")).Order(StringComparer.Ordinal)];
    if (files.Length == 0)
        throw new FileNotFoundException($"{folder} holds no .txt and no .md file.");
    var ml = new MLContext(seed: 1);
    var data = ml.Data.LoadFromEnumerable([new QuestionRow { Question = question, Segments = Array.ConvertAll(files, File.ReadAllText) }]);
    foreach (var plan in new[] { GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, GraphKvPlan.ParallelWindows, GraphKvPlan.TopSources(1) })
    {
        using var answerer = ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", new()
        {
            Model = model,
            Plan = plan,
            Cache = Path.Combine(folder, ".kv-cache"),
            MaxSegmentTokens = 512,
            MaxNewTokens = 48,
            Columns = new() { Shares = "Shares", TokensReused = "Reused", TokensComputed = "Computed", PrefillMilliseconds = "Prefill" },
        }).Fit(data);
        var row = ml.Data.CreateEnumerable<AnswerRow>(answerer.Transform(data), reuseRowObject: false).Single();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plan.Name}: {row.Answer}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.Reused} tokens reused, {row.Computed} computed, {row.Prefill:F0} ms to the first token"));
        foreach (var (file, share) in files.Zip(row.Shares).OrderByDescending(s => s.Second).Take(3))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {share,6:P1} {Path.GetFileName(file)}"));
    }

    return 0;
}
catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
