using System.Text;
using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Conformance;

namespace ML.Extensions.Tests.Checkpoints;

/// <summary>Damaged files either open and read or are refused with the documented exceptions; nothing else happens.</summary>
[TestClass]
public sealed class CheckpointFuzzTest
{
    private static readonly string[] Numbers = ["-1", "0", "1e400", "4294967296", "9223372036854775807", "99999999999999999999", "0.5", "null", "true", "\"\"", "[]", "{}"];

    [TestMethod]
    public void SafetensorsFile_OpensOrRefuses() => Files(SampleFiles.Safetensors(), 1, 700, path => new SafetensorsFile(path));

    [TestMethod]
    public void PickleWeights_OpenZipOrRefuse() => Files(SampleFiles.BinZip(), 2, 700, path => new PickleWeights(path));

    [TestMethod]
    public void PickleWeights_OpenLegacyOrRefuse() => Files(SampleFiles.BinLegacy(), 3, 700, path => new PickleWeights(path));

    [TestMethod]
    public void OnnxWeights_OpenOrRefuse() => Files(SampleFiles.Onnx(), 4, 700, path => new OnnxWeights(File.ReadAllBytes(path), "a.onnx"));

    [TestMethod]
    public void GgufFile_OpensOrRefuses() => Files(SampleFiles.Gguf(), 6, 2_000, path => GgufModel.Open(path).Weights);

    [TestMethod]
    public void Llama2File_OpensOrRefuses() => Files(SampleFiles.Llama2(), 7, 1_000, path => new Llama2File(path));

    [TestMethod]
    public void GgufTokenizer_OpensOrRefuses() => Files(SampleFiles.Gguf(), 8, 1_000, path =>
    {
        var model = GgufModel.Open(path);
        using var weights = model.Weights;
        model.OpenTokenizer().Encode("hello worlds");
        return new MemoryWeights();
    });

    [TestMethod]
    public void Folders_OpenOrRefuse()
    {
        using var folder = new TempFolder();
        SampleFiles.Folder(folder);
        var files = Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var random = new Random(5);
        var opened = 0;
        for (var i = 0; i < 700; i++)
        {
            var file = files[i % files.Length];
            var good = File.ReadAllBytes(file);
            File.WriteAllBytes(file, Mutate(good, random));
            opened += Try(() => EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root)).Dispose(), $"mutation {i} of {file}");
            File.WriteAllBytes(file, good);
        }

        Assert.IsInRange(70, 630, opened); // both happen often
        EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root)).Dispose();
    }

    private static void Files(byte[] good, int seed, int count, Func<string, Weights> open)
    {
        using var folder = new TempFolder();
        var random = new Random(seed);
        var opened = 0;
        for (var i = 0; i < count; i++)
        {
            var path = folder.Write("a", Mutate(good, random));
            opened += Try(() => ReadAll(open(path)), $"mutation {i}");
        }

        Assert.IsInRange(count / 100, count - (count / 20), opened); // both happen often
    }

    private static void ReadAll(Weights weights)
    {
        using (weights)
            foreach (var name in weights.Entries.Keys)
                weights.Read(name).Dispose();
    }

    private static int Try(Action action, string what)
    {
        try
        {
            action();
            return 1;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            return 0;
        }
        catch (Exception e)
        {
            throw new AssertFailedException($"{what}: {e}", e);
        }
    }

    /// <summary>One to three changes: bits, bytes, a cut, a repeated or dropped part, another number in the text.</summary>
    private static byte[] Mutate(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (var n = random.Next(1, 4); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 5:
                    for (var i = 0; i < length; i++)
                        bytes[at + i] = (byte)(random.Next(2) * 255);
                    break;
                default:
                    var digit = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        bytes.RemoveAt(digit);
                        bytes.InsertRange(digit, Encoding.ASCII.GetBytes(Numbers[random.Next(Numbers.Length)]));
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
