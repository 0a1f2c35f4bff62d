using System.CommandLine;
using ML.Extensions.Search;

namespace ML.Extensions.Tool;

/// <summary><c>mlext embed</c>.</summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A .jsonl or .csv file, a folder of .txt, .md and .html files, or - for standard input." };
        var output = new Option<string>("--output", "-o") { Description = "A .jsonl or .parquet file.", Required = true };
        var field = new Option<string?>("--field") { Description = "Field of jsonl that holds the text; default: text. Standard input without it has a text a line." };
        var column = new Option<string?>("--column") { Description = "Column of csv that holds the text; default: text." };
        var model = new Option<string>("--model") { Description = ModelNames.Help, DefaultValueFactory = _ => ModelNames.Default };
        var adapter = new Option<string?>("--adapter") { Description = "Folder of a LoRA adapter in PEFT's layout, as train embedding --adapter-output writes it." };
        var prompt = new Option<string?>("--prompt-name") { Description = "Name of one of the model's prompts (query, passage)." };
        var tokens = new Option<int>("--max-tokens") { Description = "Longer texts are embedded in parallel windows.", DefaultValueFactory = _ => 4_096 };
        var precision = new Option<Precision>("--precision") { Description = "Auto, Float32, BFloat16 or Int8 (fastest; cosine to Float32 about 0.999)." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a finished output." };
        var command = new Command("embed", "Embeds texts. Killed or stopped, the same command goes on where it was.")
        {
            input, output, field, column, model, adapter, prompt, tokens, precision, overwrite,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(output) is { } path && Path.GetExtension(path).ToLowerInvariant() is not (".jsonl" or ".parquet"))
                parsed.AddError($"--output is '{path}'; it must end in .jsonl or .parquet.");
        });
        command.SetAction((parsed, cancellation) => Task.Run(
            () => new EmbedRun(
                new(
                    new(parsed.GetRequiredValue(input), parsed.GetValue(field), parsed.GetValue(column)),
                    parsed.GetRequiredValue(output), ModelNames.Parse(parsed.GetRequiredValue(model)), parsed.GetValue(prompt),
                    parsed.GetValue(tokens), parsed.GetValue(precision), parsed.GetValue(overwrite))
                { Adapter = parsed.GetValue(adapter) },
                ProgressLine.OnError(), cancellation).Run(),
            CancellationToken.None));
        return command;
    }
}
