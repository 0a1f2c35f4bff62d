using System.CommandLine;
using ML.Extensions.Checkpoints;
using ML.Extensions.NativeLibraries;
using static TorchSharp.torch;

namespace ML.Extensions.DefaultModel;

/// <summary>
/// `average`: a twin between the distilled and the contrasted one, weight by weight. It keeps most of what the second stage taught and
/// gives back most of what it took from the teacher's vectors. Source: WiSE-FT, arXiv 2109.01903.
/// </summary>
internal static class AverageCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var share = new Option<double>("--share") { Description = "Share of the contrasted twin, 0 to 1", DefaultValueFactory = _ => 0.6 };
        var command = new Command("average", "Makes a twin between the distilled and the contrasted one.") { folder, share };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            var work = parsed.GetValue(folder)!;
            var target = Path.Combine(work, "averaged");
            Write(Path.Combine(work, "distilled"), Path.Combine(work, "contrasted"), parsed.GetValue(share), target);
            Console.WriteLine($"saved {target}");
            return 0;
        });
        return command;
    }

    /// <summary>Writes the second model with weights between both.</summary>
    /// <param name="first">A model's folder.</param>
    /// <param name="second">Another's, of the same shapes.</param>
    /// <param name="share">The second's share, 0 to 1.</param>
    /// <param name="target">Where to.</param>
    public static void Write(string first, string second, double share, string target)
    {
        if (share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share is between 0 and 1.");
        foreach (var file in Directory.EnumerateFiles(second, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(second, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        foreach (var empty in Directory.EnumerateDirectories(second)) // a Normalize module has no file
            Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(second, empty)));
        const string Weights = "model.safetensors";
        using var a = new SafetensorsFile(Path.Combine(first, Weights));
        using var b = new SafetensorsFile(Path.Combine(second, Weights));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        SafetensorsWriter.Write(
            Path.Combine(target, Weights), b.Entries.Keys.ToDictionary(n => n, n => Between(a.Read(n), b.Read(n), share), StringComparer.Ordinal), new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>What both share, as the frozen word embeddings, stays to the bit.</summary>
    private static Tensor Between(Tensor a, Tensor b, double share) => a.equal(b).all().item<bool>() ? b : (a * (1 - share)) + (b * share);
}
