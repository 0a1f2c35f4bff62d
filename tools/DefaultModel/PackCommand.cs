using System.CommandLine;
using System.Globalization;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.DefaultModel;

/// <summary>`pack`: writes a trained twin as the content of the package ML.Extensions.Models.Default.</summary>
internal static class PackCommand
{
    /// <summary>Most bytes of the weights.</summary>
    public const long MostBytes = 24_000_000;

    private const string Words = "embeddings.word_embeddings.weight";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var model = new Option<string?>("--model") { Description = "The twin's folder; default: averaged, in the folder" };
        var target = new Option<string>("--to") { Description = "Where to", DefaultValueFactory = _ => Path.Combine("models", "default-rope") };
        var command = new Command("pack", "Writes a twin's weights, without the word embeddings that its teacher's package has, and its config.") { folder, model, target };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            var work = parsed.GetValue(folder)!;
            Write(parsed.GetValue(model) ?? Path.Combine(work, "averaged"), parsed.GetValue(target)!);
            File.Copy(Path.Combine(work, "sources.json"), Path.Combine(parsed.GetValue(target)!, "sources.json"), overwrite: true);
            return 0;
        });
        return command;
    }

    /// <summary>Writes model.safetensors and config.json.</summary>
    /// <param name="model">A twin's folder.</param>
    /// <param name="target">Where to.</param>
    /// <exception cref="InvalidDataException">Its word embeddings are not the teacher's, or it is too large.</exception>
    public static void Write(string model, string target)
    {
        using var teacher = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        using var twin = new SafetensorsFile(Path.Combine(model, "model.safetensors"));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var first = teacher.Tokenizer.Prefix[0];
        var (own, theirs) = (twin.Read(Words).to(ScalarType.Float32), teacher.Weights.Read(Words).to(ScalarType.Float32));
        own[first].copy_(theirs[first]);
        if (!own.equal(theirs).all().item<bool>())
            throw new InvalidDataException($"{model}: its word embeddings are not the teacher's; the package has to take them from there.");
        var tensors = twin.Entries.Keys.Where(n => n != Words).ToDictionary(n => n, n => twin.Read(n).to(ScalarType.Float16), StringComparer.Ordinal);
        tensors[RotaryTwinWeights.FirstRow] = twin.Read(Words)[first].to(ScalarType.Float32).unsqueeze(0).clone();
        Directory.CreateDirectory(target);
        var file = Path.Combine(target, "model.safetensors");
        SafetensorsWriter.Write(file, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        File.Copy(Path.Combine(model, "config.json"), Path.Combine(target, "config.json"), overwrite: true);
        var bytes = new FileInfo(file).Length;
        if (bytes > MostBytes)
            throw new InvalidDataException($"{file} has {bytes} bytes; at most {MostBytes} may be.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {bytes:N0} bytes, {tensors.Count} tensors"));
    }
}
