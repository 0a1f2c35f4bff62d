using System.Globalization;
using ML.Extensions.Retrieval;

namespace LongTextSearch;

/// <summary>The command line.</summary>
internal sealed record SearchOptions(string Query, bool All, string? Folder, string? Index, int Top)
{
    public const string Usage = "usage: LongTextSearch QUERY [--all | --folder DIR] [--index FILE] [--top N]";

    /// <exception cref="ArgumentException">An option is unknown, or lacks its value.</exception>
    public static SearchOptions Parse(string[] args)
    {
        var options = new SearchOptions("", false, null, null, 10);
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => i + 1 < args.Length ? args[++i] : throw new ArgumentException($"{args[i]} needs a value.\n{Usage}");
            options = args[i] switch
            {
                "--all" => options with { All = true },
                "--folder" => options with { Folder = Value() },
                "--index" => options with { Index = Value() },
                "--top" => options with { Top = int.TryParse(Value(), CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw new ArgumentException("--top needs a whole number from 1.") },
                var other when other.StartsWith("--", StringComparison.Ordinal) => throw new ArgumentException($"{other} is not known.\n{Usage}"),
                var word => options with { Query = (options.Query + " " + word).Trim() },
            };
        }

        return options.Query.Length > 0 ? options : throw new ArgumentException("No query.\n" + Usage);
    }

    /// <summary>Where the index is kept.</summary>
    public string IndexPath => Index
        ?? DocumentIndex.DefaultPath(Folder is not null ? DocumentIndex.NameOfFolder(Folder) : All ? "sdk-all" : "sdk");
}
