using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using TorchSharp;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class Llama2FileTest
{
    [TestMethod, TestCategory("Shared")]
    public void Open_EqualsTheHuggingFaceFolder()
    {
        if (Shared.Root is null)
            return;
        var models = Path.Combine(Shared.Root, "data", "models");
        var file = Path.Combine(models, "stories260K", "stories260K.bin");
        using var mine = new Llama2File(file);
        using var theirs = new SafetensorsFile(Path.Combine(models, "stories260K-hf", "model.safetensors"));
        foreach (var name in theirs.Entries.Keys.Where(n => n != "lm_head.weight"))
        {
            using var scope = torch.NewDisposeScope();
            Assert.IsTrue(mine.Read(name).equal(theirs.Read(name)).all().item<bool>(), name);
        }

        Assert.AreEqual(0, mine.Version);
        Assert.IsTrue(mine.Config().GetProperty("tie_word_embeddings").GetBoolean());
        using var folder = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(Path.Combine(models, "stories260K-hf")));
        using var single = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(file));
        foreach (var text in (string[])["Once upon a time, there was a girl.", "  Ünïcode and \t blanks ", ""])
            CollectionAssert.AreEqual(folder.Tokenizer.Encode(text).Ids.ToArray(), single.Tokenizer.Encode(text).Ids.ToArray(), text);
        Assert.AreEqual(512, single.MaxSequenceLength);
        CollectionAssert.AreEqual(new[] { PoolingMode.LastToken }, single.Pooling.ToArray());
    }

    [TestMethod]
    public void Open_ReadsVersions1And2()
    {
        using var folder = new TempFolder();
        using var plain = new Llama2File(folder.Write("1.bin", Write(1, [])));
        using var grouped = new Llama2File(folder.Write("2.bin", Write(2, [])));
        Assert.AreEqual((1, 2), (plain.Version, grouped.Version));
        using var scope = torch.NewDisposeScope();
        var q = plain.Read("model.layers.0.self_attn.q_proj.weight");
        // Row r holds 100 r, 100 r + 1, …; one head of 4: rows 0, 2, 1, 3.
        CollectionAssert.AreEqual(new float[] { 0, 200, 100, 300 }, q[.., 0].data<float>().ToArray());
        var up = grouped.Read("model.layers.0.mlp.up_proj.weight");
        CollectionAssert.AreEqual(new float[] { 0.5f, 1, 1.5f, 2 }, up[0].data<float>().ToArray());
        Assert.AreEqual("""{"model_type":"llama","hidden_size":4,"num_hidden_layers":1,"num_attention_heads":1,"num_key_value_heads":1,"intermediate_size":4,"max_position_embeddings":8,"vocab_size":2,"hidden_act":"silu","rms_norm_eps":1e-5,"rope_theta":10000,"tie_word_embeddings":true}""", grouped.Config().GetRawText());
    }

    [TestMethod]
    [DataRow(0, 0, "dim is 0")]
    [DataRow(3, 3, "do not go together")]
    [DataRow(4, 9, "n_kv_heads is 9; expected 1 to 1")]
    [DataRow(5, 3, "the sizes in its header")]
    [DataRow(6, -1, "seq_len is -1")]
    public void Open_RefusesBadHeaders(int field, int value, string message)
    {
        using var folder = new TempFolder();
        var bytes = Write(1, []);
        BitConverter.TryWriteBytes(bytes.AsSpan(8 + (4 * field)), value);
        Assert.Contains(message, Assert.ThrowsExactly<InvalidDataException>(() => new Llama2File(folder.Write("a.bin", bytes)).Dispose()).Message);
        Assert.Contains("a header of 28", Assert.ThrowsExactly<InvalidDataException>(() => new Llama2File(folder.Write("a.bin", bytes[..20])).Dispose()).Message);
        Assert.Contains("known are 0, 1 and 2", Assert.ThrowsExactly<InvalidDataException>(() => new Llama2File(folder.Write("a.bin", [.. bytes[..4], 7, .. bytes[5..]])).Dispose()).Message);
    }

    /// <summary>dim 4, hidden 4, one layer, one head, 2 words, window 8; a matrix's value is 100 row + column, in version 2 0.5 (column + 1).</summary>
    private static byte[] Write(int version, byte[] tail)
    {
        byte[] head = [.. BitConverter.GetBytes(0x616B3432), .. BitConverter.GetBytes(version), .. new[] { 4, 4, 1, 1, 1, 2, 8 }.SelectMany(BitConverter.GetBytes), 1, .. BitConverter.GetBytes(4)];
        var norms = Enumerable.Repeat(1f, 12).SelectMany(BitConverter.GetBytes);
        IEnumerable<byte> Matrix(int rows) => version == 1
            ? Enumerable.Range(0, rows * 4).SelectMany(i => BitConverter.GetBytes((100f * (i / 4)) + (i % 4)))
            : [.. Enumerable.Range(0, rows * 4).Select(i => (byte)((i % 4) + 1)), .. Enumerable.Repeat(0.5f, rows).SelectMany(BitConverter.GetBytes)];
        return [.. head, .. new byte[256 - head.Length], .. norms, .. Matrix(2), .. Enumerable.Range(0, 7).SelectMany(_ => Matrix(4)), .. tail];
    }
}
