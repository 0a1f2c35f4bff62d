using System.CommandLine;
using System.Globalization;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.DefaultModel;

/// <summary>`pack-positions`: writes the rows that `position` trained as the content of EmbeddingModel.DefaultLong.</summary>
internal static class PackPositionsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var model = new Option<string?>("--model") { Description = "The stretched model's folder; default: stretched, in the folder" };
        var target = new Option<string>("--to") { Description = "Where to", DefaultValueFactory = _ => Path.Combine("models", "default-long") };
        var command = new Command("pack-positions", "Writes the new rows of a stretched model, without what its base's package has.") { folder, model, target };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            Write(parsed.GetValue(model) ?? Path.Combine(parsed.GetValue(folder)!, "stretched"), parsed.GetValue(target)!);
            return 0;
        });
        return command;
    }

    /// <summary>Writes positions.safetensors: the new rows in 16 bits, and the base's content hash.</summary>
    /// <param name="model">The stretched model's folder.</param>
    /// <param name="target">Where to.</param>
    /// <exception cref="InvalidDataException">Anything but the new rows differs from the default model.</exception>
    public static void Write(string model, string target)
    {
        using var source = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        using var stretched = new SafetensorsFile(Path.Combine(model, "model.safetensors"));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var name in stretched.Entries.Keys.Where(n => n != StretchedWeights.Table))
            if (!stretched.Read(name).equal(source.Weights.Read(name)).all().item<bool>())
                throw new InvalidDataException($"{model}: '{name}' is not the default model's; only the rows of positions may be trained.");
        var (old, table) = (source.Weights.Read(StretchedWeights.Table), stretched.Read(StretchedWeights.Table));
        var stride = table.shape[0] / old.shape[0];
        var lines = table.view(old.shape[0], stride, -1); // [L, s, D]
        if (!lines.select(1, 0).equal(old).all().item<bool>())
            throw new InvalidDataException($"{model}: row i of the old window does not stand at i times {stride}; make the model by the command position.");
        Directory.CreateDirectory(target);
        var file = Path.Combine(target, "positions.safetensors");
        SafetensorsWriter.Write(
            file,
            new Dictionary<string, Tensor>(StringComparer.Ordinal) { [StretchedWeights.NewRows] = lines.narrow(1, 1, stride - 1).reshape(-1, table.shape[1]).to(ScalarType.Float16) },
            new Dictionary<string, string> { ["format"] = "pt", [StretchedCheckpoint.BaseHash] = source.ContentHash });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {new FileInfo(file).Length:N0} bytes, {table.shape[0] - old.shape[0]:N0} rows"));
    }
}
