// A question over the SDK's API documentation as a graph of types, or over a folder of yours, under several plans side by side.
using System.Globalization;
using System.Text;
using GraphKvAnswers;
using Microsoft.ML;
using ML.Extensions.LongText;
using ML.Extensions.Retrieval;
using ML.Extensions.Search;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
Console.OutputEncoding = Encoding.UTF8;
try
{
    // An index of the documents with their links: only what changed is embedded.
    var options = AnswerOptions.Parse(args);
    using (var embedder = new DocumentEmbedder(EmbeddingModel.Default))
    {
        var index = DocumentIndex.Open(options.IndexPath, embedder.Fingerprint);
        DocumentIndexer.Update(index, options.Documents(), embedder, ProgressLine.OnError().Report, stop.Token);
    }

    // Segments that are nearest to the question, and some that they link to: mlContext.Transforms.Text.RetrieveSegments.
    var (count, linked, tokens) = options.Segments;
    var ml = new MLContext(seed: 1);
    var sources = FoundSources.Find(ml, new() { Index = options.IndexPath, Count = count, Linked = linked, SegmentTokens = tokens }, options.Question);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Question}\n{sources.Ids.Length} sources, {sources.Pairs.Count} links among them\n"));

    // The answer, as a stream, and what each source contributed: mlContext.Transforms.Text.AnswerWithGraphKv.
    var writer = new AnswerWriter(Console.Out, ml);
    foreach (var plan in options.Plans.Select(PlanNames.Parse))
        await writer.Write(options.Question, sources, new() { Model = options.Model, Plan = plan, Cache = options.Cache, MaxNewTokens = 48 }, 6, stop.Token).ConfigureAwait(false);
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. What was indexed is kept; run again to go on.");
    return 130;
}
catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException or NotSupportedException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
