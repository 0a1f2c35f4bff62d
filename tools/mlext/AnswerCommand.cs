using System.CommandLine;
using Microsoft.ML;
using ML.Extensions.GraphKv;
using ML.Extensions.Retrieval;
using ML.Extensions.Search;

namespace ML.Extensions.Tool;

/// <summary><c>mlext answer</c>.</summary>
internal static class AnswerCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "A folder with .txt, .md and .html files, an index file, or 'api', the .NET SDK's own API documentation." };
        var question = new Argument<string>("question") { Description = "The question." };
        var model = new Option<string?>("--model") { Description = "The decoder: a .gguf file, a llama2.c file, or the folder of a Hugging Face decoder. Default: a small model that answers questions about .NET API documentation, and no others." };
        var adapter = new Option<string?>("--adapter") { Description = "Folder of a LoRA adapter of the model." };
        var plan = new Option<string>("--plan") { Description = $"Which segments see which: {PlanNames.Help}; +prefix behind a name lets segments see the prefix.", DefaultValueFactory = _ => "top3" };
        var compare = new Option<bool>("--compare") { Description = "Answers under all plans, one after the other." };
        var count = new Option<int?>("--count") { Description = "Most segments. Default: 8, with the small model 4." };
        var linked = new Option<int>("--linked") { Description = "How many of them because the best ones link to them." };
        var tokens = new Option<int?>("--segment-tokens") { Description = "About the most tokens of a segment, at least 128. Default: 256, with the small model 128." };
        var embedding = new Option<string>("--embedding") { Description = "The index' model: " + ModelNames.Help, DefaultValueFactory = _ => ModelNames.Default };
        var index = new Option<string?>("--index") { Description = "File of the index of a folder or of 'api'; default: under the user's local application data." };
        var cache = new Option<string?>("--cache") { Description = "Folder where segments' keys and values are kept; default: nowhere." };
        var most = new Option<int>("--max-tokens") { Description = "Most new tokens.", DefaultValueFactory = _ => 128 };
        var sampling = new SamplingArguments();
        var command = new Command("answer", "Answers a question from a folder or index, as a stream, and tells what each source contributed. Ctrl+C ends the answer.")
        {
            source, question, model, adapter, plan, compare, count, linked, tokens, embedding, index, cache, most,
        };
        sampling.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var options = new GraphKvAnswerOptions
            {
                Model = parsed.GetValue(model) ?? AnsweringModels.Small, Adapter = parsed.GetValue(adapter), Plan = PlanNames.Parse(parsed.GetRequiredValue(plan)), Cache = parsed.GetValue(cache),
                MaxNewTokens = parsed.GetValue(most), Sampling = sampling.Read(parsed),
            };
            var retrieval = new SegmentRetrievalOptions
            {
                Index = parsed.GetValue(index) ?? "", Model = ModelNames.Parse(parsed.GetRequiredValue(embedding)), Count = parsed.GetValue(count) ?? (options.Model == AnsweringModels.Small ? 4 : 8),
                Linked = parsed.GetValue(linked), SegmentTokens = parsed.GetValue(tokens) ?? (options.Model == AnsweringModels.Small ? 128 : 256),
            };
            return Run(parsed.GetRequiredValue(source), parsed.GetRequiredValue(question), retrieval, options, parsed.GetValue(compare), cancellation);
        });
        return command;
    }

    private static async Task<int> Run(
        string source, string question, SegmentRetrievalOptions retrieval, GraphKvAnswerOptions options, bool compare, CancellationToken cancellation)
    {
        if (options.Model != AnsweringModels.Small && !Path.Exists(options.Model)) // before anything is indexed
            throw new FileNotFoundException($"There is no model at '{options.Model}'; expected a .gguf file, a llama2.c file or a Hugging Face folder.");
        if (string.IsNullOrWhiteSpace(question))
            throw new ArgumentException("The question is empty.");
        var ml = new MLContext();
        var found = await Task.Run(() => FoundSources.Find(ml, retrieval with { Index = Index(source, retrieval, cancellation) }, question), cancellation).ConfigureAwait(false);
        var writer = new AnswerWriter(Console.Out, ml);
        try
        {
            foreach (var plan in compare ? PlanNames.Compared.Select(PlanNames.Parse) : [options.Plan])
                await writer.Write(question, found, options with { Plan = plan }, found.Ids.Length, cancellation).ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Cancelled;
        }
    }

    /// <summary>The index of a source: a file as it is; a folder's, and the API documentation's, up to date.</summary>
    private static string Index(string source, SegmentRetrievalOptions retrieval, CancellationToken cancellation)
    {
        if (File.Exists(source))
            return source;
        var api = source == "api" && !Directory.Exists(source);
        var documents = api ? ApiDocumentation.ReadSdk(all: false) : FolderDocuments.Read(source, Console.Error.WriteLine);
        using var embedder = new DocumentEmbedder(retrieval.Model);
        var name = (api ? "sdk" : DocumentIndex.NameOfFolder(source)) + (retrieval.Model == LongText.EmbeddingModel.Default ? "" : "-" + embedder.ContentHash[..8]);
        var path = retrieval.Index.Length > 0 ? retrieval.Index : DocumentIndex.DefaultPath(name);
        DocumentIndexer.Update(DocumentIndex.Open(path, embedder.Fingerprint), documents, embedder, ProgressLine.OnError().Report, cancellation);
        return path;
    }
}
