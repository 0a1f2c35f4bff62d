using ML.Extensions.LongText;
using ML.Extensions.Tests.Checkpoints;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class FolderModelsTest
{
    private const string Transformer = """{"path":"","type":"sentence_transformers.models.Transformer"}""";

    public static IEnumerable<(string File, string Content, string Message)> Bad =>
    [
        ("modules.json", Modules("""{"path":"../1_Pooling","type":"sentence_transformers.models.Pooling"}"""), "the path '../1_Pooling' is not"),
        ("modules.json", Modules("""{"path":"/tmp","type":"sentence_transformers.models.Pooling"}"""), "the path '/tmp' is not"),
        ("modules.json", Modules("""{"path":"a\\..\\..","type":"sentence_transformers.models.Pooling"}"""), "is not that of a folder inside"),
        ("modules.json", Modules("""{"path":"1_Pooling","type":"custom_st.Pooling"}"""), "'custom_st.Pooling' is code of the model's own"),
        ("modules.json", Modules("""{"path":"","type":"sentence_transformers.models.CNN"}"""), "Known is Transformer, Pooling, or StaticEmbedding, then any of Dense, LayerNorm, Normalize"),
        ("modules.json", Modules("""{"path":"1_Pooling","type":"sentence_transformers.models.Pooling"},{"path":"","type":"sentence_transformers.models.LSTM"}"""), "'sentence_transformers.models.LSTM' behind the pooling is not known. Known: Dense, LayerNorm, Normalize"),
        ("modules.json", "{}", "expected Array"),
        ("modules.json", "[{}]", "no 'type'"),
        ("1_Pooling/config.json", """{"pooling_mode":"attention"}""", "pooling_mode \"attention\" is not known. Known: cls, max, mean"),
        ("1_Pooling/config.json", """{"pooling_mode_mean_tokens":true,"pooling_mode_top_tokens":true}""", "'pooling_mode_top_tokens' is not known"),
        ("1_Pooling/config.json", """{"pooling_mode_mean_tokens":1}""", "'pooling_mode_mean_tokens' is 1; expected true or false"),
        ("1_Pooling/config.json", "{}", "no pooling mode"),
        ("1_Pooling/config.json", """{"pooling_mode":["cls","cls"]}""", "a pooling mode twice"),
        ("2_Dense/config.json", """{"in_features":4,"out_features":3,"activation_function":"os.system"}""", "activation_function is 'os.system'. Known: torch.nn.modules.linear.Identity, torch.nn.modules.activation.Tanh"),
        ("2_Dense/config.json", """{"in_features":5,"out_features":3}""", "'linear.weight' has shape [3, 4]; config.json needs [3, 5]"),
        ("2_Dense/config.json", """{"in_features":4,"out_features":3,"use_residual":true}""", "no tensor 'residual.weight'"),
        ("2_Dense/config.json", """{"in_features":4}""", "no 'out_features'"),
        ("2_Dense/config.json", """{"in_features":4,"out_features":3,"module_input_name":"token_embeddings"}""", "module_input_name is 'token_embeddings'. Known: sentence_embedding"),
        ("config_sentence_transformers.json", """{"default_prompt_name":"search"}""", "default_prompt_name is 'search'. The prompts are query, document"),
        ("config_sentence_transformers.json", """{"similarity_fn_name":"jaccard"}""", "similarity_fn_name is 'jaccard'. Known: cosine, dot, euclidean, manhattan"),
        ("config_sentence_transformers.json", """{"prompts":{"query":1}}""", "'query' is 1; expected a text"),
        ("sentence_bert_config.json", """{"max_seq_length":0}""", "'max_seq_length' is 0; expected a whole number of at least 1"),
        ("config.json", "[", "not valid JSON"),
    ];

    [TestMethod]
    public void Open_ReadsEveryPart()
    {
        using var folder = new TempFolder();
        SampleFiles.Folder(folder);
        using var model = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root));
        Assert.AreEqual(Path.GetFileName(folder.Root), model.Name);
        CollectionAssert.AreEqual(new[] { PoolingMode.Mean }, model.Pooling.ToArray());
        CollectionAssert.AreEqual(new[] { typeof(DenseHead), typeof(NormalizeHead) }, model.Heads.Select(h => h.GetType()).ToArray());
        Assert.AreEqual(10, model.MaxSequenceLength);
        Assert.AreEqual(2, model.TruncateDimensions);
        Assert.AreEqual("query", model.DefaultPromptName);
        Assert.AreEqual("q: ", model.Prompts["query"]);
        Assert.AreEqual("", model.Prompts["document"]);
        Assert.AreEqual(64, model.ContentHash.Length);
    }

    [TestMethod]
    public void Open_PoolsPlainFoldersByMean()
    {
        using var folder = new TempFolder();
        SampleFiles.Folder(folder);
        File.Delete(folder["modules.json"]);
        File.Delete(folder["sentence_bert_config.json"]);
        using var model = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root));
        CollectionAssert.AreEqual(new[] { PoolingMode.Mean }, model.Pooling.ToArray());
        Assert.IsEmpty(model.Heads);
        Assert.AreEqual(12, model.MaxSequenceLength); // model_max_length, less than the 16 positions
    }

    [TestMethod]
    [DataRow("bert", "", 16)]
    [DataRow("roberta", "", 14)] // positions count from the padding id + 1
    [DataRow("bert", """{"max_seq_length":99}""", 16)]
    [DataRow("gte", """{"max_seq_length":99}""", 99)]
    public void MaxSequenceLength_NeverPassesTheTable(string family, string settings, int expected)
    {
        using var folder = new TempFolder();
        SampleFiles.Folder(folder);
        folder.Write("config.json", $$"""{"model_type":"{{family}}","max_position_embeddings":16}""");
        File.Delete(folder["tokenizer_config.json"]);
        File.Delete(folder["sentence_bert_config.json"]);
        if (settings.Length > 0)
            folder.Write("sentence_roberta_config.json", settings);
        using var model = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root));
        Assert.AreEqual(expected, model.MaxSequenceLength);
    }

    [TestMethod]
    public void ContentHash_FollowsEveryFile()
    {
        using var folder = new TempFolder();
        SampleFiles.Folder(folder);
        var before = Hash(folder);
        Assert.AreEqual(before, Hash(folder));
        folder.Write("README.md", "not part of the model");
        Assert.AreEqual(before, Hash(folder));
        foreach (var file in Directory.GetFiles(folder.Root, "*.json", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            File.WriteAllText(file, text + " ");
            Assert.AreNotEqual(before, Hash(folder), file);
            File.WriteAllText(file, text);
        }
    }

    [TestMethod, DynamicData(nameof(Bad))]
    public void Open_Refuses(string file, string content, string message)
    {
        using var folder = new TempFolder();
        SampleFiles.Folder(folder);
        folder.Write(file, content);
        var error = Assert.Throws<Exception>(() => EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root)));
        Assert.Contains(message, error.Message);
        Assert.IsTrue(error is InvalidDataException or NotSupportedException, error.GetType().Name);
    }

    [TestMethod]
    public void Open_NamesTheMissingFolder() => Assert.Contains(
        "/no/such/model", Assert.ThrowsExactly<DirectoryNotFoundException>(() => EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder("/no/such/model"))).Message);

    private static string Modules(string rest) => $"[{Transformer},{rest}]";

    private static string Hash(TempFolder folder)
    {
        using var model = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder.Root));
        return model.ContentHash;
    }
}
