using System.CommandLine;
using System.Globalization;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;

namespace ML.Extensions.Tool;

/// <summary><c>mlext model info</c> and <c>mlext model convert</c>.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = ModelNames.Help, DefaultValueFactory = _ => ModelNames.Default };
        var info = new Command("info", "Prints what a model says of itself, and what each context extension does to it.") { model };
        info.SetAction(parsed => Print(EmbeddingModelInfo.Read(ModelNames.Parse(parsed.GetRequiredValue(model))), Console.Out));
        return new("model", "Embedding models.") { info, Convert() };
    }

    private static Command Convert()
    {
        var source = new Argument<string>("source") { Description = "A model's folder, a .gguf or llama2.c file, or a single file of weights." };
        var destination = new Argument<string>("destination") { Description = "A path ending in .safetensors, for the weights alone; else a folder." };
        var type = new Option<string?>("--type") { Description = "Type of floats: float32, float16 or bfloat16. Default: as stored." };
        type.AcceptOnlyFromAmong([.. ModelConversion.Types]);
        var force = new Option<bool>("--force") { Description = "Replaces a destination that is there already." };
        var convert = new Command("convert", "Writes a model as safetensors.") { source, destination, type, force };
        convert.SetAction(parsed =>
        {
            var to = parsed.GetRequiredValue(destination);
            var last = -1;
            ModelConversion.Convert(parsed.GetRequiredValue(source), to, parsed.GetValue(type), parsed.GetValue(force), (done, all) =>
            {
                if (done * 10 / all != last)
                    Console.Error.WriteLine($"{done} of {all} tensors");
                last = done * 10 / all;
            });
            Console.Out.WriteLine(to);
        });
        return convert;
    }

    private static void Print(EmbeddingModelInfo info, TextWriter output)
    {
        void Line(string name, FormattableString value) => output.WriteLine($"{name,-12}{value.ToString(CultureInfo.InvariantCulture)}");
        Line("name", $"{info.Name}");
        Line("family", $"{info.Family}, {info.Layers} layers");
        if (info.Heads > 0)
            Line("attention", $"{info.Heads} heads{(info.KeyHeads == info.Heads ? "" : $", {info.KeyHeads} of keys and values")}{(info.Causal ? ", causal" : "")}");
        Line("positions", $"{info.Positions}");
        Line("parameters", $"{info.Parameters:N0}");
        Line("dimensions", $"{info.Dimensions:N0}");
        Line("window", info.Window == int.MaxValue ? $"any length" : (FormattableString)$"{info.Window:N0} tokens");
        Line("tokenizer", $"{info.Tokenizer}, {info.VocabularySize:N0} ids");
        Line("pooling", $"{string.Join(" + ", info.Pooling)}");
        if (info.Prompts.Count == 0)
            Line("prompts", $"none");
        foreach (var (name, text) in info.Prompts.OrderBy(p => p.Key, StringComparer.Ordinal))
            Line("prompt", $"{name}{(name == info.DefaultPromptName ? " (default)" : "")}: \"{text}\"");
        Line("similarity", $"{info.Similarity}");
        Line("hash", $"{info.ContentHash}");
        var scaled = info.AutoLogLengthScaling ? ", with log-length scaling" : "";
        foreach (var (name, effect) in info.Extensions)
            Line("extension", $"{name}: {effect}{(name == info.AutoExtension.Name ? $" (what auto means here{scaled})" : "")}");
    }
}
