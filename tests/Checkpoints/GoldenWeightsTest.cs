using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.Tests.Checkpoints;

/// <summary>Readers against files that transformers and torch wrote.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenWeightsTest
{
    public static IEnumerable<string> Bins => Folders("bin-zip", "bin-legacy");

    public static IEnumerable<string> All => Shared.Root is null ? [] : Directory
        .EnumerateFiles(Path.Combine(Shared.Root, "goldens"), "config.json", SearchOption.AllDirectories)
        .Select(p => Path.GetDirectoryName(p)!)
        .Where(p => Path.GetFileName(p) != "malicious-bin"
            && Directory.EnumerateFiles(p).Any(f => Path.GetFileName(f).StartsWith("model", StringComparison.Ordinal) || f.EndsWith(".bin", StringComparison.Ordinal)))
        .Select(p => Path.GetRelativePath(Shared.Root, p)).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Malicious => Folders("malicious-bin").SelectMany(Directory.EnumerateFiles).Where(f => f.EndsWith(".bin", StringComparison.Ordinal));

    [TestMethod, DynamicData(nameof(Bins))]
    public void PickleWeights_EqualTheSameTensorsInSafetensors(string folder)
    {
        using var bin = new PickleWeights(Path.Combine(folder, "pytorch_model.bin"));
        using var safe = new SafetensorsFile(Path.Combine(folder, "tensors.safetensors"));
        CollectionAssert.AreEquivalent(safe.Entries.Keys.ToArray(), bin.Entries.Keys.ToArray());
        foreach (var (name, entry) in safe.Entries)
        {
            Assert.AreEqual(entry.Type, bin.Entries[name].Type, name);
            CollectionAssert.AreEqual(entry.Shape, bin.Entries[name].Shape, name);
            using var scope = torch.NewDisposeScope();
            CollectionAssert.AreEqual(safe.Read(name).bytes.ToArray(), bin.Read(name).bytes.ToArray(), name);
        }
    }

    [TestMethod, DynamicData(nameof(All))]
    public void WeightFiles_ReadEveryTensor(string folder)
    {
        using var weights = WeightFiles.Open(Path.Combine(Shared.Root!, folder));
        Assert.IsNotEmpty(weights.Entries);
        foreach (var (name, entry) in weights.Entries)
        {
            using var tensor = weights.Read(name);
            CollectionAssert.AreEqual(entry.Shape, tensor.shape, name);
            Assert.AreEqual(entry.Type.ToTorch(), tensor.dtype, name);
        }
    }

    [TestMethod, DynamicData(nameof(Malicious))]
    public void PickleWeights_RefuseOtherGlobalsByName(string file)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PickleWeights(file));
        var name = Path.GetFileName(file) switch
        {
            "builtins-exec-zip.bin" => ".exec'",
            "builtins-eval-legacy.bin" => ".eval'",
            _ => "'posix.system'",
        };
        Assert.Contains(name, error.Message);
        Assert.IsFalse(File.Exists(Path.Combine(Path.GetTempPath(), "PWNED")));
    }

    private static IEnumerable<string> Folders(params string[] layouts) => Shared.Root is null ? []
        : layouts.Select(l => Path.Combine(Shared.Root, "goldens", "models", "layouts", l));
}
