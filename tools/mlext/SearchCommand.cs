using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ML.Extensions.Retrieval;
using ML.Extensions.Search;

namespace ML.Extensions.Tool;

/// <summary><c>mlext search</c>.</summary>
internal static class SearchCommand
{
    private const int LineWidth = 150;

    public static Command Create()
    {
        var query = new Argument<string>("query") { Description = "What to look for." };
        var folder = new Option<string?>("--folder") { Description = "Folder with .txt, .md and .html files." };
        var api = new Option<bool>("--api") { Description = "The .NET SDK's own API documentation, one document a type." };
        var all = new Option<bool>("--all") { Description = "With --api: every assembly." };
        var model = new Option<string>("--model") { Description = ModelNames.Help, DefaultValueFactory = _ => ModelNames.Default };
        var top = new Option<int>("--top") { Description = "How many documents.", DefaultValueFactory = _ => 10 };
        var index = new Option<string?>("--index") { Description = "File of the index; default: under the user's local application data." };
        var command = new Command("search", "Finds the best documents, by the model's own window and by their whole text.")
        {
            query, folder, api, all, model, top, index,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(folder) is null == !parsed.GetValue(api))
                parsed.AddError("Say where to search: --folder DIR or --api, one of them.");
            if (parsed.GetResult(top) is { Implicit: false } && parsed.GetValue(top) < 1)
                parsed.AddError("--top must be at least 1.");
        });
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(
                parsed.GetRequiredValue(query), parsed.GetValue(folder), parsed.GetValue(all), parsed.GetRequiredValue(model),
                parsed.GetValue(top), parsed.GetValue(index), cancellation),
            CancellationToken.None));
        return command;
    }

    private static void Run(
        string query, string? folder, bool all, string modelName, int top, string? indexPath, CancellationToken cancellation)
    {
        var documents = folder is null ? ApiDocumentation.ReadSdk(all) : FolderDocuments.Read(folder, Console.Error.WriteLine);
        using var embedder = new DocumentEmbedder(ModelNames.Parse(modelName));
        var name = folder is null ? all ? "sdk-all" : "sdk" : DocumentIndex.NameOfFolder(folder);
        if (modelName != ModelNames.Default)
            name += "-" + embedder.ContentHash[..8];
        var index = DocumentIndex.Open(indexPath ?? DocumentIndex.DefaultPath(name), embedder.Fingerprint);
        DocumentIndexer.Update(index, documents, embedder, ProgressLine.OnError().Report, cancellation);
        var searcher = new Searcher(index, embedder);
        searcher.Search("warm up", 1);
        var clock = Stopwatch.StartNew();
        var (own, extended) = searcher.Search(query, top);
        var seconds = clock.Elapsed.TotalSeconds;
        SearchReport.Write(
            Console.Out, ($"The model's own {embedder.Window} tokens", own), ("Extended to the whole text", extended), LineWidth);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{documents.Count:N0} documents; the query took {seconds:F2} s."));
    }
}
