using System.CommandLine;
using ML.Extensions.LongText;

namespace ML.Extensions.Tool;

/// <summary><c>mlext train embedding</c>.</summary>
internal static class TrainCommand
{
    public static Command Create() => new("train", "Trains models on your own rows.") { Embedding() };

    private static Command Embedding()
    {
        var input = new Argument<string>("input") { Description = "A .jsonl or .csv file of training rows." };
        var output = new Option<string>("--output", "-o") { Description = "Folder for the trained model.", Required = true };
        var text = new Option<string>("--text") { Description = "Field of the text: queries, or first texts of pairs.", DefaultValueFactory = _ => "query" };
        var other = new Option<string>("--other") { Description = "Field of the text that belongs to it.", DefaultValueFactory = _ => "positive" };
        var negative = new Option<string?>("--negative") { Description = "Field of a text that looks alike and does not belong to it." };
        var score = new Option<string?>("--score") { Description = "Field of a number that says how alike both texts are: learns scored pairs." };
        var teacher = new Option<string?>("--teacher") { Description = "Learns a model's vectors for --text: " + ModelNames.Help };
        var group = new Option<string?>("--group") { Description = "Field of names; rows of one name are no negatives of each other." };
        var masked = new Option<bool>("--masked") { Description = "Learns raw text by guessing hidden words." };
        var model = new Option<string>("--model") { Description = "Where training begins: " + ModelNames.Help, DefaultValueFactory = _ => ModelNames.Default };
        var prompt = new Option<string?>("--prompt-name") { Description = "Name of the model's prompt before --text (query)." };
        var instruction = new Option<string?>("--prompt") { Description = "Text put before --text as it is, instead of a named prompt." };
        var rank = new Option<int?>("--lora-rank") { Description = "Trains low-rank matrices of this rank (8) beside the model's frozen weights: for decoders." };
        var alpha = new Option<double?>("--lora-alpha") { Description = "Their factor is alpha / rank; default: 16." };
        var projections = new Option<string[]>("--lora-projections") { Description = "Products that get them (q_proj v_proj); default: all of the layers.", AllowMultipleArgumentsPerToken = true };
        var adapter = new Option<string?>("--adapter-output") { Description = "Folder that gets the matrices alone, too, in PEFT's layout." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a model in the output folder." };
        var validation = new Option<string?>("--validation") { Description = "A file of rows held out: ends training early and keeps the best weights." };
        var epochs = new Option<double>("--epochs") { Description = "Times that all rows are seen.", DefaultValueFactory = _ => 1 };
        var rows = new Option<int>("--rows") { Description = "Rows of a step.", DefaultValueFactory = _ => 32 };
        var rate = new Option<double?>("--learning-rate") { Description = "Learning rate behind the warm-up; default: 5e-5, of low-rank matrices 2e-4." };
        var tokens = new Option<int?>("--max-tokens") { Description = "Most tokens of a text; default: the model's window." };
        var windows = new Option<int?>("--windows") { Description = "Most windows of a longer text: its vector is the mean of theirs; default: 1, its beginning." };
        var window = new Option<int?>("--new-window") { Description = "Trains the new rows of a longer table of positions alone, for this many tokens (BERT)." };
        var positions = new Option<string?>("--positions") { Description = $"Trains from scratch: the model's configuration and vocabulary, random weights, and these positions: {string.Join(", ", TextPositions.All.Select(p => p.Name))}." };
        var rotary = new Option<double?>("--rotary-base") { Description = "Rotary base: of --positions rope, or in place of a trained model's positions or base." };
        var precision = new Option<Precision>("--precision") { Description = "Auto, Float32 or BFloat16." };
        var seed = new Option<int>("--seed") { Description = "Decides the order of rows.", DefaultValueFactory = _ => 1 };
        var command = new Command("embedding", "Trains an embedding model. Killed or stopped, the same command goes on at its last checkpoint.")
        {
            input, output, text, other, negative, group, score, teacher, masked, model, prompt, instruction, validation, epochs, rows, rate, tokens, windows, window, positions, rotary,
            rank, alpha, projections, adapter, precision, seed, overwrite,
        };
        command.Validators.Add(parsed =>
        {
            var kinds = new[] { parsed.GetValue(score) is not null, parsed.GetValue(teacher) is not null, parsed.GetValue(masked) }.Count(k => k);
            if (kinds > 0 && parsed.GetValue(group) is not null)
                parsed.AddError("--group goes with matching pairs, not with --score, --teacher or --masked.");
            if (kinds > 1 || (kinds == 1 && parsed.GetValue(negative) is not null))
                parsed.AddError("--score, --teacher, --masked and --negative exclude each other: each is another way to learn.");
            if (parsed.GetValue(positions) is { } kind && TextPositions.All.All(p => p.Name != kind))
                parsed.AddError($"--positions {kind} is not known. Known: {string.Join(", ", TextPositions.All.Select(p => p.Name))}.");
            if (parsed.GetValue(rank) is null && (parsed.GetValue(alpha) is not null || parsed.GetValue(projections) is { Length: > 0 } || parsed.GetValue(adapter) is not null))
                parsed.AddError("--lora-alpha, --lora-projections and --adapter-output go with --lora-rank.");
            if (parsed.GetValue(output) is { } folder && Path.Exists(folder) && !parsed.GetValue(overwrite))
                parsed.AddError($"--output {folder} is there already; give --overwrite to replace a model in it.");
            if (parsed.GetValue(windows) is { } asked && (asked < 1 || (asked > 1 && (parsed.GetValue(masked) || parsed.GetValue(window) is not null))))
                parsed.AddError($"--windows {asked} must be 1 or more, and 1 with --masked and --new-window.");
            if (parsed.GetValue(rotary) is not null && parsed.GetValue(positions) is not (null or "rope"))
                parsed.AddError("--rotary-base goes with --positions rope, or stands alone.");
        });
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var fields = new TrainFields(parsed.GetRequiredValue(text))
                {
                    Other = parsed.GetValue(teacher) is null && !parsed.GetValue(masked) ? parsed.GetRequiredValue(other) : null,
                    Negative = parsed.GetValue(negative), Score = parsed.GetValue(score), Group = parsed.GetValue(group),
                };
                var objective = parsed.GetValue(masked) ? TextEmbeddingObjective.MaskedWords()
                    : parsed.GetValue(teacher) is { } name ? TextEmbeddingObjective.FromTeacherModel(ModelNames.Parse(name))
                    : fields.Score is not null ? TextEmbeddingObjective.ScoredPairs(nameof(TrainRow.Other), nameof(TrainRow.Score))
                    : (TextEmbeddingObjective)Pairs(fields);
                var folder = parsed.GetRequiredValue(output);
                TrainRun.Run(parsed.GetRequiredValue(input), parsed.GetValue(validation), fields, objective, new()
                {
                    Model = ModelNames.Parse(parsed.GetRequiredValue(model)),
                    Epochs = parsed.GetValue(epochs), RowsPerStep = parsed.GetValue(rows), OutputFolder = folder,
                    Change = Change(parsed.GetValue(positions), parsed.GetValue(rotary), parsed.GetValue(window)),
                    Lora = parsed.GetValue(rank) is { } r ? new() { Rank = r, Alpha = parsed.GetValue(alpha) ?? 16, Projections = parsed.GetValue(projections) is { Length: > 0 } names ? names : null } : null,
                    AdapterFolder = parsed.GetValue(adapter),
                    Schedule = new() { LearningRate = parsed.GetValue(rate) ?? (parsed.GetValue(rank) is null ? 5e-5 : 2e-4) },
                    Texts = new() { InputPromptName = parsed.GetValue(prompt), InputPrompt = parsed.GetValue(instruction), MaxTokens = parsed.GetValue(tokens), Windows = parsed.GetValue(windows) ?? 1 },
                    Compute = new()
                    {
                        Precision = parsed.GetValue(precision), Seed = parsed.GetValue(seed), CancellationToken = cancellation,
                        CheckpointFolder = Path.TrimEndingDirectorySeparator(folder) + ".training",
                    },
                });
            },
            CancellationToken.None));
        return command;
    }

    private static TextEmbeddingObjective.Pairs Pairs(TrainFields fields) =>
        TextEmbeddingObjective.MatchingPairs(nameof(TrainRow.Other), fields.Negative is null ? [] : [nameof(TrainRow.Negative)]) with
        {
            GroupColumnName = fields.Group is null ? null : nameof(TrainRow.Group),
        };

    private static LongTextTrainingChange Change(string? positions, double? rotary, int? window) => new()
    {
        NewPositions = window is { } longer ? new(longer) : null,
        RandomWeights = positions is not null,
        Positions = positions is null ? null : rotary is { } turned ? new RotaryPositions(turned) : TextPositions.Parse(positions),
        RotaryBase = positions is null ? rotary : null,
    };
}
