using System.Security.Cryptography;
using ML.Extensions.Checkpoints.Gguf;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class GgufFileTest
{
    /// <summary>SHA-256 of what ggml itself makes of <see cref="Blocks"/>, as float32 (libggml-base of LLamaSharp.Backend.Cpu 0.30.0, built without FMA).</summary>
    public static IEnumerable<(string Type, int Id, int[] Halves, string Hash)> Quantised =>
    [
        ("Q4_0", 2, [0], "54F134D29E09D1DD8D5CF2957E1C1930E4A5A530F245F05B14FD74A224B60323"),
        ("Q4_1", 3, [0, 2], "CA0B429EE01EC12ECE0D9AB8CB0D7D127A025140D701E4E88811CC27823406E1"),
        ("Q5_0", 6, [0], "55488BB256EDD9F88D3771A65C1EFB0F9FD353D1EAAF6864CCEFF63EACE3DFF6"),
        ("Q5_1", 7, [0, 2], "E41B7024AF381E4B89130F69426E754EB6866F221C4ACD7616493C6A18AA4F6D"),
        ("Q8_0", 8, [0], "B593A110C5F672F977FC4AF2CFACE8E687429C15019A09527C53CD3DCBDEBA03"),
        ("Q2_K", 10, [80, 82], "E10C7A1490185BDBF2A622E93B6139B770FA85240F5ECAFF708EAD7EDFBB4944"),
        ("Q3_K", 11, [108], "6B1BED014BF7D12E9DE5BC3E70DAEB596E6A2FF6496AA4DEC3C984DAD9AAE364"),
        ("Q4_K", 12, [0, 2], "623B889ACD4EB5823D0C260503FB9EAB20B318CDE1495D572857D03F3F53E720"),
        ("Q5_K", 13, [0, 2], "88115E23389E769614F3133087CB47FF83437FEE62F80204BAF7F07BCD187E8D"),
        ("Q6_K", 14, [208], "8F726D34DB20096777B37520E8818348072F23801A324CFE4121F43019713A28"),
        ("Q8_K", 15, [], "5A1180E6C4739F508E26F68188DBB44B83D8810FC412399E29B626E427B2EC89"),
    ];

    public static IEnumerable<(string Name, byte[] Bytes, string Message)> Broken =>
    [
        ("empty", [], "does not start with the letters GGUF"),
        ("version 1", new GgufWriter(1).Bytes(), "GGUF version 1"),
        ("version 9", new GgufWriter(9).Bytes(), "GGUF version 9; known are 2 and 3"),
        ("key twice", new GgufWriter().Number("a", 1).Number("a", 1).Bytes(), "'a' occurs twice"),
        ("value type", new GgufWriter().Key("a", 13, []).Text("b", "longer").Bytes(), "'a' has the value type 13"),
        ("array count", new GgufWriter().Array("a", 4, long.MaxValue, [0, 0, 0, 0]).Bytes(), "it claims 9223372036854775807 values of 'a'"),
        ("nested", new GgufWriter().Array("a", 9, 1, Nested(6)).Bytes(), "'a' holds arrays more than 4 deep"),
        ("alignment", new GgufWriter().Number("general.alignment", 7).Bytes(), "'general.alignment' is 7"),
        ("type", new GgufWriter().Tensor("t", [32], 99, new byte[64]).Bytes(), "tensor 't' is of type 99; known are F32 (0)"),
        ("blocks", new GgufWriter().Tensor("t", [2, 31], 8, new byte[68]).Bytes(), "no whole blocks of 32"),
        ("overflow", new GgufWriter().Tensor("t", [1L << 40, 1L << 40], 0, new byte[64]).Bytes(), "no tensor can have it"),
        ("negative", new GgufWriter().Tensor("t", [-1], 0, new byte[64]).Bytes(), "no tensor can have it"),
        ("dimensions", new GgufWriter().Tensor("t", [1, 1, 1, 1, 1], 0, new byte[4]).Bytes(), "5 dimensions"),
        ("outside", new GgufWriter().Tensor("t", [100], 0, new byte[64]).Bytes(), "has 400; the data have 64"),
        ("far", new GgufWriter().Tensor("t", [1], 0, new byte[4], long.MaxValue - 31).Bytes(), "the data have 4"),
        ("unaligned", new GgufWriter().Tensor("t", [1], 0, new byte[64], 3).Bytes(), "a multiple of 32"),
        ("overlap", new GgufWriter().Tensor("s", [16], 0, new byte[64]).Tensor("t", [1], 0, new byte[4], 32).Bytes(), "an overlap"),
        ("twice", new GgufWriter().Tensor("t", [1], 0, new byte[4]).Tensor("t", [1], 0, new byte[4]).Bytes(), "'t' occurs twice"),
    ];

    [TestMethod, DynamicData(nameof(Quantised))]
    public void Read_GivesWhatGgmlGives(string type, int id, int[] halves, string hash)
    {
        var known = GgufTensorTypes.Known.Single(t => t.Id == id);
        Assert.AreEqual(type, known.Name);
        using var folder = new TempFolder();
        var bytes = Blocks(id, known.BlockBytes, halves);
        using var file = new GgufFile(folder.Write("a.gguf", new GgufWriter().Tensor("t", [4, 16 * known.BlockElements], (uint)id, bytes).Bytes()));
        using var read = file.Read("t");
        CollectionAssert.AreEqual(new long[] { 4, 16 * known.BlockElements }, read.shape);
        Assert.AreEqual(hash, Convert.ToHexString(SHA256.HashData(read.bytes)));
        var raw = new byte[known.BlockBytes];
        file.ReadBlocks("t", 3 * known.BlockBytes, raw);
        CollectionAssert.AreEqual(bytes[(3 * known.BlockBytes)..(4 * known.BlockBytes)], raw);
    }

    [TestMethod]
    public void Open_ReadsEveryTypeOfValue()
    {
        using var folder = new TempFolder();
        using var file = new GgufFile(folder.Write("a.gguf", new GgufWriter(2, 64).Number("general.alignment", 64).Text("text", "wörd").Flag("flag", true)
            .Float("float", 1e-5f).Key("u8", 0, [200]).Key("i8", 1, [200]).Key("u16", 2, [255, 255]).Key("i16", 3, [255, 255]).Key("i32", 5, BitConverter.GetBytes(-7))
            .Key("u64", 10, BitConverter.GetBytes(1UL << 40)).Key("i64", 11, BitConverter.GetBytes(-1L << 40)).Key("f64", 12, BitConverter.GetBytes(0.1))
            .Texts("texts", "a", "", "b").Numbers("numbers", 1, -2, 3).Array("nested", 9, 1, [8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 65])
            .Tensor("t", [2, 2], [1, 2, 3, 4]).Tensor("u", [1], 30, [0x80, 0x3F]).Bytes()));
        Assert.AreEqual((2, 64), (file.Version, file.Alignment));
        Assert.AreEqual("wörd", file.Text("text"));
        Assert.IsTrue(file.Flag("flag"));
        Assert.AreEqual(1e-5, file.Number("float"));
        CollectionAssert.AreEqual(
            new double?[] { 200, -56, 65535, -1, -7, 1099511627776, -1099511627776, 0.1, null },
            new[] { "u8", "i8", "u16", "i16", "i32", "u64", "i64", "f64", "none" }.Select(file.Number).ToArray());
        CollectionAssert.AreEqual(new[] { "a", "", "b" }, file.Texts("texts"));
        CollectionAssert.AreEqual(new double[] { 1, -2, 3 }, file.Numbers("numbers"));
        Assert.Contains("'text' is Text; expected a number", Assert.ThrowsExactly<InvalidDataException>(() => file.Number("text")).Message);
        using var t = file.Read("t");
        using var u = file.Read("u");
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, t.data<float>().ToArray());
        Assert.AreEqual(1f, u.to(TorchSharp.torch.ScalarType.Float32).item<float>());
    }

    [TestMethod, DynamicData(nameof(Broken))]
    public void Open_Refuses(string name, byte[] bytes, string message)
    {
        using var folder = new TempFolder();
        var path = folder.Write("bad.gguf", bytes);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new GgufFile(path).Dispose(), name);
        Assert.Contains(message, error.Message);
        Assert.StartsWith("bad.gguf: ", error.Message);
    }

    /// <summary>64 blocks of bytes from a congruential generator; float16 scales have their exponent set, so that they are finite.</summary>
    private static byte[] Blocks(int id, int size, int[] halves)
    {
        var bytes = new byte[64 * size];
        var state = (uint)id;
        for (var i = 0; i < bytes.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            bytes[i] = (byte)(state >> 24);
        }

        for (var n = 0; n < 64; n++)
        {
            foreach (var at in halves)
                bytes[(n * size) + at + 1] = (byte)((bytes[(n * size) + at + 1] & 0x83) | 0x28);
            if (id == 15)
                BitConverter.TryWriteBytes(bytes.AsSpan(n * size), (n - 31) / 64f);
        }

        return bytes;
    }

    private static byte[] Nested(int depth) => depth == 0 ? [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0] : [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, .. Nested(depth - 1)];
}
