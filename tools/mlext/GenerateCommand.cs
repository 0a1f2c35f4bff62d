using System.CommandLine;
using Microsoft.ML;
using ML.Extensions.Generation;

namespace ML.Extensions.Tool;

/// <summary><c>mlext generate</c>.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "A .gguf file, a llama2.c file, or the folder of a Hugging Face decoder.", Required = true };
        var prompt = new Option<string>("--prompt") { Description = "What to answer; - reads standard input.", Required = true };
        var system = new Option<string?>("--system") { Description = "What the model is told beforehand." };
        var plain = new Option<bool>("--plain") { Description = "Go on with the prompt as a text, without the model's chat template." };
        var tokens = new Option<int>("--max-tokens") { Description = "Most new tokens.", DefaultValueFactory = _ => 256 };
        var stop = new Option<string[]>("--stop") { Description = "A text that ends the answer; may be given several times.", DefaultValueFactory = _ => [] };
        var sampling = new SamplingArguments();
        var command = new Command("generate", "Answers a prompt, as a stream. Ctrl+C ends the answer.")
        {
            model, prompt, system, plain, tokens, stop,
        };
        sampling.AddTo(command);
        command.SetAction((parsed, cancellation) => Run(
            new()
            {
                Model = parsed.GetRequiredValue(model),
                System = parsed.GetValue(system),
                Format = parsed.GetValue(plain) ? PromptFormat.Plain : PromptFormat.Auto,
                MaxNewTokens = parsed.GetValue(tokens),
                StopTexts = parsed.GetRequiredValue(stop),
                Sampling = sampling.Read(parsed),
            },
            parsed.GetRequiredValue(prompt), cancellation));
        return command;
    }

    private static async Task<int> Run(TextGenerationOptions options, string prompt, CancellationToken cancellation)
    {
        if (prompt == "-")
            prompt = await Console.In.ReadToEndAsync(cancellation).ConfigureAwait(false);
        var ml = new MLContext();
        var none = ml.Data.LoadFromEnumerable(Array.Empty<Row>());
        using var generator = ml.Transforms.Text.GenerateText("Answer", nameof(Row.Prompt), options).Fit(none);
        var output = Console.Out;
        try
        {
            await foreach (var text in generator.StreamAsync(prompt, cancellationToken: cancellation).ConfigureAwait(false))
            {
                await output.WriteAsync(text.AsMemory(), CancellationToken.None).ConfigureAwait(false);
                await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Cancelled;
        }
        finally
        {
            await output.WriteLineAsync().ConfigureAwait(false);
        }
    }

    private sealed class Row
    {
        public string Prompt { get; set; } = "";
    }
}
