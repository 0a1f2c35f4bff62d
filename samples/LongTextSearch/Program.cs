using System.Diagnostics;
using System.Globalization;
using LongTextSearch;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    var options = SearchOptions.Parse(args);
    var documents = options.Folder is null ? ApiDocumentation.Read(options.All) : FolderDocuments.Read(options.Folder);
    var embedder = new Embedder(stop.Token);
    var index = DocumentIndex.Open(options.IndexPath);
    Indexer.Update(index, documents, embedder, Console.Error, stop.Token);
    var searcher = new Searcher(index, documents.ToDictionary(d => d.Id, d => d.Text), embedder);
    searcher.Search("warm up", 1);
    var clock = Stopwatch.StartNew();
    var (own, extended) = searcher.Search(options.Query, options.Top);
    var seconds = clock.Elapsed.TotalSeconds;
    Print("The model's own 512 tokens", own);
    Print("Extended", extended);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{documents.Count:N0} documents, {documents.Sum(d => (long)d.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length):N0} words; the query took {seconds:F2} s."));
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. What was done is kept; run again to go on.");
    return 130;
}
catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static void Print(string title, IReadOnlyList<SearchHit> hits)
{
    Console.WriteLine($"== {title}");
    for (var i = 0; i < hits.Count; i++)
    {
        var hit = hits[i];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i + 1,2}. {hit.Score:F3}  {hit.Id}  ({hit.Tokens:N0} tokens)"));
        var passage = hit.Passage.ReplaceLineEndings(" ");
        Console.WriteLine("      " + (passage.Length > 200 ? passage[..200] + "…" : passage));
    }

    Console.WriteLine();
}
