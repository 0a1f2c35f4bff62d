using System.Globalization;
using LongTextTraining;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using ML.Extensions.LongText;

// usage: dotnet run -c Release [pairs.jsonl] [epochs]     without a file: pairs out of the SDK's API documentation
var epochs = args.Length > 0 && double.TryParse(args[^1], CultureInfo.InvariantCulture, out var given) ? given : 3;
var file = args.FirstOrDefault(a => !double.TryParse(a, CultureInfo.InvariantCulture, out _));
IReadOnlyList<Pair> pairs;
try
{
    pairs = file is null ? Pair.FromSdk() : Pair.Read(file);
}
catch (Exception e) when (e is IOException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Kind == ChannelMessageKind.Info && e.Source.Contains("LongTextTraining", StringComparison.Ordinal))
        Console.WriteLine("  " + e.RawMessage);
};

// One pair in five is held out.
var shuffled = pairs.ToArray();
new Random(1).Shuffle(shuffled);
var test = shuffled[..(shuffled.Length / 5)];
var train = ml.Data.LoadFromEnumerable(shuffled[test.Length..]);
Console.WriteLine($"{shuffled.Length - test.Length} pairs to train on, {test.Length} held out.");

// The first 256 tokens are enough to see the metric move, and quick.
var embedding = new LongTextEmbeddingOptions { MaxTokens = 256, BeyondLimit = BeyondLimit.Truncate };
using var before = ml.Transforms.Text.EmbedLongText("Embedding", "Text", embedding).Fit(train);
Report("before", before);
var trainer = ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", TextEmbeddingObjective.MatchingPairs("Passage"), new()
{
    Epochs = epochs,
    Texts = new() { MaxTokens = 128 },
    Embedding = embedding,
});
using var after = trainer.Fit(train);
Report("after", after);
ml.Model.Save(after, train.Schema, "tuned.zip");
Console.WriteLine("tuned.zip holds the trained model.");
return 0;

// Each held-out question against all held-out passages.
void Report(string name, ITransformer model)
{
    var queries = ml.Data.LoadFromEnumerable(test.Select((p, i) => new { QueryId = $"{i}", p.Text }));
    var passages = ml.Data.LoadFromEnumerable(test.Select((p, i) => new { DocumentId = $"{i}", Text = p.Passage }));
    var judgements = ml.Data.LoadFromEnumerable(test.Select((_, i) => new { QueryId = $"{i}", DocumentId = $"{i}" }));
    var metrics = ml.Ranking.EvaluateRetrieval(model.Transform(queries), model.Transform(passages), judgements);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: nDCG@10 {metrics.Ndcg().Value:F3}, MRR@10 {metrics.MeanReciprocalRank().Value:F3}"));
}
