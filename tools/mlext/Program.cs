using System.CommandLine;
using System.Text;
using ML.Extensions.Tool;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var root = new RootCommand("Embeds and searches long texts, answers from them, writes text, trains embedding models.")
{
    EmbedCommand.Create(), SearchCommand.Create(), AnswerCommand.Create(), GenerateCommand.Create(), ModelCommand.Create(), TrainCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync($"mlext: {parsed.Errors[0].Message} See mlext --help.").ConfigureAwait(false);
    return ExitCodes.Usage;
}

try
{
    // A batch under way is finished before the program ends.
    return await parsed.InvokeAsync(
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) }).ConfigureAwait(false);
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("mlext: stopped. What was done is kept; run the same command again to go on.").ConfigureAwait(false);
    return ExitCodes.Cancelled;
}
catch (Exception e) when (e is ArgumentException or FormatException or IOException or InvalidDataException or InvalidOperationException
    or NotSupportedException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync("mlext: " + e.Message.ReplaceLineEndings(" ")).ConfigureAwait(false);
    return ExitCodes.Failed;
}
