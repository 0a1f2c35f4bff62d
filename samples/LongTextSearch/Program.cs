using System.Diagnostics;
using System.Globalization;
using System.Text;
using LongTextSearch;
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
    // Documents: the SDK's API documentation, one a type, or the user's own files.
    var options = SearchOptions.Parse(args);
    var documents = options.Folder is null ? ApiDocumentation.ReadSdk(options.All) : FolderDocuments.Read(options.Folder, Console.Error.WriteLine);

    // Vectors: as mlContext.Transforms.Text.EmbedLongText makes them, whole texts and chunks. Only what changed is embedded.
    using var embedder = new DocumentEmbedder(EmbeddingModel.Default);
    var index = DocumentIndex.Open(options.IndexPath, embedder.Fingerprint);
    DocumentIndexer.Update(index, documents, embedder, ProgressLine.OnError().Report, stop.Token);

    // The same query against the model's own window and against whole documents. The first query loads its pipeline.
    var searcher = new Searcher(index, embedder);
    searcher.Search("warm up", 1);
    var clock = Stopwatch.StartNew();
    var (own, extended) = searcher.Search(options.Query, options.Top);
    var seconds = clock.Elapsed.TotalSeconds;
    SearchReport.Write(Console.Out, ($"The model's own {embedder.Window} tokens", own), ("Extended to the whole text", extended), 150);
    var longer = index.Entries.Values.Count(e => e.Tokens > embedder.Window);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{documents.Count:N0} documents, {documents.Sum(d => Words(d.Text)):N0} words, {longer:N0} documents beyond the window; the query took {seconds:F2} s."));
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. What was done is kept; run again to go on.");
    return 130;
}
catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static long Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).LongLength;
