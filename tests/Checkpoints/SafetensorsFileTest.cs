using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class SafetensorsFileTest
{
    public static IEnumerable<(string Header, string Message)> BadHeaders =>
    [
        ("[1]", "does not start with '{'"),
        ("""{"w":""", "not valid JSON"),
        ("""{"\ud800":{"dtype":"F32","shape":[10],"data_offsets":[0,40]}}""", "not valid JSON"),
        ("""{"w":7}""", "tensor 'w' is not described by an object"),
        ("""{"w":{"dtype":"F32","shape":[10]}}""", "needs a dtype, a shape and two data_offsets"),
        ("""{"w":{"dtype":"F32","shape":[-10],"data_offsets":[0,40]}}""", "all non-negative whole numbers"),
        ("""{"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,40]}}""", "all non-negative whole numbers"),
        ("""{"w":{"dtype":"F32","shape":[10],"data_offsets":[0,40,41]}}""", "two data_offsets"),
        ("""{"w":{"dtype":"F32","dtype":"I32","shape":[10],"data_offsets":[0,40]}}""", "two fields 'dtype'"),
        ("""{"w":{"dtype":"F8_E4M3","shape":[40],"data_offsets":[0,40]}}""", "dtype 'F8_E4M3'; known are F32, F16"),
        ("""{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,40]}}""", "no tensor can have"),
        ("""{"w":{"dtype":"F32","shape":[0,4611686018427387904],"data_offsets":[0,0]}}""", "no tensor can have"),
        ("""{"w":{"dtype":"F32","shape":[11],"data_offsets":[0,44]}}""", "lies at bytes 0 to 44; the data have 40"),
        ("""{"w":{"dtype":"F32","shape":[10],"data_offsets":[40,0]}}""", "lies at bytes 40 to 0"),
        ("""{"w":{"dtype":"F32","shape":[9],"data_offsets":[0,40]}}""", "needs 36 bytes; its data_offsets span 40"),
        ("""{"w":{"dtype":"F32","shape":[5],"data_offsets":[0,20]},"w":{"dtype":"F32","shape":[5],"data_offsets":[20,40]}}""", "'w' occurs twice"),
        ("""{"v":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},"w":{"dtype":"F32","shape":[5],"data_offsets":[20,40]}}""", "an overlap"),
        ("""{"v":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[5],"data_offsets":[20,40]}}""", "a hole"),
        ("""{"w":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""", "end at byte 20 of the data, which have 40"),
        ("""{"__metadata__":{"a":1}}""", "'a' is not a string"),
        ("""{"__metadata__":[]}""", "__metadata__ is not an object"),
    ];

    [TestMethod]
    public void Write_RoundTripsEveryType()
    {
        using var folder = new TempFolder();
        using var scope = torch.NewDisposeScope();
        var tensors = Enum.GetValues<ElementType>().ToDictionary(
            t => t.ToString(), t => (torch.arange(6).view(2, 3) % 2).to(t.ToTorch()).t()); // transposed: not contiguous
        tensors["scalar"] = torch.tensor(2.5f);
        tensors["empty"] = torch.empty(0, 3);
        SafetensorsWriter.Write(folder["a.safetensors"], tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using var file = new SafetensorsFile(folder["a.safetensors"]);
        Assert.HasCount(1, Directory.GetFiles(folder.Root));
        Assert.AreEqual("pt", file.Metadata["format"]);
        CollectionAssert.AreEquivalent(tensors.Keys, file.Entries.Keys.ToArray());
        foreach (var (name, tensor) in tensors)
        {
            var read = file.Read(name);
            Assert.AreEqual(tensor.dtype, read.dtype, name);
            CollectionAssert.AreEqual(tensor.shape, read.shape, name);
            CollectionAssert.AreEqual(tensor.numel() == 0 ? [] : tensor.contiguous().bytes.ToArray(), read.numel() == 0 ? [] : read.bytes.ToArray(), name);
        }
    }

    [TestMethod]
    public void Read_GivesTheValues()
    {
        using var folder = new TempFolder();
        using var file = new SafetensorsFile(folder.Write("a.safetensors", SampleFiles.Safetensors()));
        using var w = file.Read("w");
        using var b = file.Read("b");
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, w.data<float>().ToArray());
        CollectionAssert.AreEqual(new long[] { 10, 11 }, b.data<long>().ToArray());
        Assert.Contains("'x'", Assert.ThrowsExactly<KeyNotFoundException>(() => file.Read("x")).Message);
        file.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => file.Read("w"));
    }

    [TestMethod, DynamicData(nameof(BadHeaders))]
    public void Open_RefusesBadHeaders(string header, string message) => Refused(SampleFiles.Safetensors(header), message);

    [TestMethod]
    public void Open_RefusesBadLengths()
    {
        Refused([], "0 bytes");
        Refused([1, 0, 0], "3 bytes");
        Refused([255, 255, 255, 255, 255, 255, 255, 255, 1], "its header claims 18446744073709551615 bytes; at most 1");
        Refused([3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'], "at most 2 are possible");
        Refused(SampleFiles.Safetensors(data: 39), "the data have 39");
        Refused(SampleFiles.Safetensors(data: 41), "end at byte 40 of the data, which have 41");
    }

    private static void Refused(byte[] bytes, string message)
    {
        using var folder = new TempFolder();
        folder.Write("bad.safetensors", bytes);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new SafetensorsFile(folder["bad.safetensors"]));
        Assert.Contains(message, error.Message);
        Assert.StartsWith("bad.safetensors: ", error.Message);
    }
}
