using System.CommandLine;
using ML.Extensions.Checkpoints;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.AnsweringModel;

/// <summary>`pack`: writes the trained model small enough for a package.</summary>
internal static class PackCommand
{
    /// <summary>Most bytes of all files.</summary>
    public const long MostBytes = 24_000_000;

    private const string Weights = "model.safetensors";
    private static readonly string[] Texts = ["config.json", "generation_config.json", "chat_template.jinja", "tokenizer.json"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var target = new Option<string>("--to") { Description = "Where to", Required = true };
        var command = new Command("pack", "Writes the trained model in 16 bits, with its vocabulary.") { folder, target };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            Write(Folders.Trained(parsed.GetValue(folder)!), parsed.GetValue(target)!);
            return 0;
        });
        return command;
    }

    /// <summary>Writes the files.</summary>
    /// <param name="model">The trained model's folder.</param>
    /// <param name="target">Where to.</param>
    /// <exception cref="InvalidDataException">They are too large.</exception>
    public static void Write(string model, string target)
    {
        Directory.CreateDirectory(target);
        using (var file = new SafetensorsFile(Path.Combine(model, Weights)))
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            SafetensorsWriter.Write(
                Path.Combine(target, Weights), file.Entries.Keys.ToDictionary(n => n, n => file.Read(n).to(ScalarType.Float16), StringComparer.Ordinal),
                new Dictionary<string, string> { ["format"] = "pt" });
        }

        foreach (var name in Texts)
            File.Copy(Path.Combine(model, name), Path.Combine(target, name), overwrite: true);
        var bytes = Texts.Append(Weights).Sum(n => new FileInfo(Path.Combine(target, n)).Length);
        if (bytes > MostBytes)
            throw new InvalidDataException($"{target}: the files have {bytes} bytes; at most {MostBytes} may be shipped.");
    }
}
