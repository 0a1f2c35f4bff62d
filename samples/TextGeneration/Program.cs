// Answers questions by a decoder: a .gguf file, a llama2.c file or a Hugging Face folder.
// dotnet run -c Release --project samples/TextGeneration -- model.gguf "What is the capital of France?" "Name three colours."
using System.Text;
using Microsoft.ML;
using TextGeneration;

Console.OutputEncoding = Encoding.UTF8;
if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: TextGeneration MODEL QUESTION [QUESTION ...]");
    return 2;
}

var ml = new MLContext();
var questions = ml.Data.LoadFromEnumerable(args[1..].Select(q => new Question { Text = q }));
var pipeline = ml.Transforms.Text.GenerateText("Answer", "Text", new()
{
    Model = args[0],
    MaxNewTokens = 100,
    Columns = new() { TokenCount = "Tokens" },
});
using var model = pipeline.Fit(questions);

// All rows side by side, as an ordinary column.
foreach (var reply in ml.Data.CreateEnumerable<Reply>(model.Transform(questions), reuseRowObject: false))
    Console.WriteLine($"{reply.Text}\n  {reply.Answer} ({reply.Tokens} tokens)");

// One answer as a stream.
Console.WriteLine($"{args[1]}");
await foreach (var text in model.StreamAsync(args[1]))
    Console.Write(text);
Console.WriteLine();
return 0;
