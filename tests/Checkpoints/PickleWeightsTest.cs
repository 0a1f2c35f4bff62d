using System.IO.Compression;
using System.Text;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class PickleWeightsTest
{
    public static IEnumerable<string> BadNames => Bad.Select(b => b.Name);

    private static IEnumerable<(string Name, byte[] Bytes, string Message)> Bad =>
    [
        ("global", SampleFiles.BinZip(SampleFiles.Pickle("cos\nsystem\n")), "asks for 'os.system'"),
        ("global, legacy", SampleFiles.BinLegacy(SampleFiles.Pickle("cbuiltins\neval\n")), "asks for 'builtins.eval'"),
        ("INST", SampleFiles.BinZip(Encoding.ASCII.GetBytes("(ios\nsystem\n.")), "asks for 'os.system'"),
        ("STACK_GLOBAL", SampleFiles.BinZip([0x80, 4, 0x8C, 2, (byte)'o', (byte)'s', 0x8C, 6, .. "system"u8, 0x93, (byte)'.']), "asks for 'os.system'"),
        ("a class called", SampleFiles.BinZip(Encoding.ASCII.GetBytes("ctorch\nFloatStorage\n)R.")), "calls torch.FloatStorage"),
        ("a text called", SampleFiles.BinZip([(byte)'U', 1, (byte)'x', .. ")R."u8]), "no function"),
        ("attributes", SampleFiles.BinZip(Encoding.ASCII.GetBytes(")}b.")), "sets attributes"),
        ("opcode", SampleFiles.BinZip([0x82, 1, (byte)'.']), "instruction 0x82"),
        ("too wide", SampleFiles.BinZip(SampleFiles.Pickle(columns: 4)), "does not fit its storage '0' of 6"),
        ("too long", SampleFiles.BinZip(SampleFiles.Pickle(count: 7)), "has 24 bytes; its 7 elements need 28"),
        ("negative", SampleFiles.BinZip(SampleFiles.Pickle(count: -1)), "not a storage"),
        ("too long, legacy", SampleFiles.BinLegacy(SampleFiles.Pickle(count: 7)), "has 6 elements; its tensors need 7"),
        ("not tensors", SampleFiles.BinZip([(byte)'}', (byte)'U', 1, (byte)'x', (byte)'N', (byte)'s', (byte)'.']), "entry 'x' is not a tensor"),
        ("no dictionary", SampleFiles.BinZip(Encoding.ASCII.GetBytes("N.")), "no dictionary of tensors"),
        ("cut", SampleFiles.BinZip(SampleFiles.Pickle()[..^9]), "it ends inside"),
        ("cut, legacy", SampleFiles.BinLegacy()[..^1], "has 23 bytes"),
        ("compressed", SampleFiles.BinZip(level: CompressionLevel.SmallestSize), "compressed"),
        ("no zip", SampleFiles.BinZip()[..^30], "has no directory"),
        ("text", "hello"u8.ToArray(), "neither a zip nor a pickle"),
        ("empty", [], "neither a zip nor a pickle"),
        ("another pickle", [0x80, 2, (byte)'N', (byte)'.'], "neither a zip nor a pickle"),
    ];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Read_GivesViewsOfTheStorage(bool zip)
    {
        using var folder = new TempFolder();
        using var weights = new PickleWeights(folder.Write("a.bin", zip ? SampleFiles.BinZip() : SampleFiles.BinLegacy()));
        using var w = weights.Read("w");
        using var t = weights.Read("t");
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, w.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 3, 1, 4, 2, 5 }, t.data<float>().ToArray());
    }

    [TestMethod, DynamicData(nameof(BadNames))]
    public void Open_Refuses(string name)
    {
        var (_, bytes, message) = Bad.Single(b => b.Name == name);
        using var folder = new TempFolder();
        folder.Write("a.bin", bytes);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PickleWeights(folder["a.bin"]));
        Assert.Contains(message, error.Message);
    }
}
