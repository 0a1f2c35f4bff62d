using ML.Extensions.GraphKv;
using ML.Extensions.Retrieval;
using ML.Extensions.Search;

namespace GraphKvAnswers;

/// <summary>The command line.</summary>
internal sealed record AnswerOptions(string Model, string Question, string? Folder, string[] Assemblies, string? Index, string Cache, string[] Plans)
{
    public const string Usage =
        "usage: GraphKvAnswers [\"QUESTION\"] [--model MODEL] [--assemblies a,b | --folder DIR] [--index FILE] [--cache DIR] [--plans a,b]\nMODEL is a .gguf file, a llama2.c file, or the folder of a Hugging Face decoder; default: the small answering model of this repository.";

    // What is asked where nothing is; training has not seen this assembly.
    private const string DefaultQuestion = "What does the parameter 'capacity' of Channel.CreateBounded mean?";
    private static readonly string[] DefaultAssemblies = ["System.Threading.Channels"];

    /// <summary>How many segments, of how many tokens: the small model is good at few short ones.</summary>
    public (int Count, int Linked, int Tokens) Segments => Model == AnsweringModels.Small ? (4, 1, 128) : (6, 2, 256);

    /// <exception cref="ArgumentException">An option is unknown, or lacks its value.</exception>
    public static AnswerOptions Parse(string[] args)
    {
        var words = new List<string>();
        var options = new AnswerOptions(
            AnsweringModels.Small, "", null, [], null, Path.Combine(Path.GetTempPath(), "graphkv-answers"), ["sequential", "block", "pcw", "ape", "top3", "edges", "synchronous", "pine"]);
        for (var i = 0; i < args.Length; i++)
        {
            string[] Values() => Value().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            string Value() => i + 1 < args.Length ? args[++i] : throw new ArgumentException($"{args[i]} needs a value.\n{Usage}");
            options = args[i] switch
            {
                "--model" => options with { Model = Value() },
                "--folder" => options with { Folder = Value() },
                "--index" => options with { Index = Value() },
                "--cache" => options with { Cache = Value() },
                "--assemblies" => options with { Assemblies = Values() },
                "--plans" => options with { Plans = Values() },
                var other when other.StartsWith("--", StringComparison.Ordinal) => throw new ArgumentException($"{other} is not known.\n{Usage}"),
                _ => options,
            };
            if (!args[i].StartsWith("--", StringComparison.Ordinal) && (i == 0 || !args[i - 1].StartsWith("--", StringComparison.Ordinal)))
                words.Add(args[i]);
        }

        return words.Count > 0 ? options with { Question = string.Join(' ', words) }
            : options with { Question = DefaultQuestion, Assemblies = options.Folder is null && options.Assemblies.Length == 0 ? DefaultAssemblies : options.Assemblies };
    }

    /// <summary>Where the index is kept.</summary>
    public string IndexPath => Index ?? DocumentIndex.DefaultPath(
        Folder is not null ? DocumentIndex.NameOfFolder(Folder) : Assemblies.Length > 0 ? "sdk-" + string.Join('-', Assemblies) : "sdk");

    /// <summary>The SDK's API documentation, all or some assemblies', a document a type, linked by cref; or the files of a folder, linked as they link each other.</summary>
    public IReadOnlyList<IndexedDocument> Documents() =>
        Folder is not null ? FolderDocuments.Read(Folder, Console.Error.WriteLine)
        : Assemblies.Length > 0 ? ApiDocumentation.ReadSdk(Assemblies) : ApiDocumentation.ReadSdk(all: false);
}
