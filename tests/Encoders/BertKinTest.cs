using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Encoders;

/// <summary>Families of BERT's shape: what their configs mean, without goldens.</summary>
[TestClass]
[DoNotParallelize]
public sealed class BertKinTest
{
    [TestMethod]
    public void Roberta_CountsPositionsFromBehindThePaddingAndPassesItOver()
    {
        using var model = new RandomBert();
        using var bert = model.Create();
        using var roberta = model.Create(Config(model, ("model_type", "roberta"), ("pad_token_id", 3)));
        Assert.IsInstanceOfType<BertEncoder>(roberta);
        Assert.AreEqual(RandomBert.Window - 4, roberta.Config.Window);
        int[] ids = [5, 6, 3, 7, 8];
        var shifted = new PackedTokens(ids, [5]) { Positions = [4, 5, 3, 6, 7] };
        Equal(bert, shifted, roberta, new(ids, [5]));
        Equal(bert, new([9, 9], [2]) { Positions = [4.5f, 6] }, roberta, new([9, 9], [2]) { Positions = [0.5f, 2] });
    }

    [TestMethod]
    public void PassOver_StartsAnewInEachSequence()
    {
        var batch = new PackedTokens([1, 5, 5, 5, 1, 5], [3, 3]);
        CollectionAssert.AreEqual(new[] { -1f, 0, 1, 0, -1, 1 }, batch.PassOver(1).Positions);
        Assert.AreSame(batch, batch.PassOver(2));
        var given = batch with { Positions = new float[6] };
        Assert.AreSame(given, given.PassOver(1));
    }

    [TestMethod]
    [DataRow("roberta", "pad_token_id", 30, "pad_token_id is 30", "max_position_embeddings is 24")]
    [DataRow("roberta", "position_embedding_type", "relative_key", "relative_key", "absolute")]
    [DataRow("xlm-roberta", "hidden_act", "snake", "snake", "gelu_new")]
    [DataRow("camembert", "is_decoder", true, "is_decoder is true", "false")]
    [DataRow("distilbert", "activation", "mish", "activation is 'mish'", "relu")]
    [DataRow("distilbert", "n_heads", 5, "dim 32", "n_heads 5")]
    [DataRow("electra", "embedding_size", 16, "word_embeddings.weight", "[60, 16]")]
    [DataRow("albert", "num_hidden_groups", 4, "num_hidden_groups is 4", "1 to 3")]
    [DataRow("albert", "inner_group_num", 100000, "inner_group_num is 100000", "1 to 333")]
    [DataRow("albert", "hidden_act", "mish", "mish", "gelu_new")]
    public void Create_RefusesWhatItCannotRun(string family, string key, object value, string found, string expected)
    {
        using var model = new RandomBert();
        var config = Config(
            model, ("model_type", family), ("n_layers", 2), ("dim", RandomBert.Width), ("n_heads", 4), ("hidden_dim", RandomBert.Hidden), (key, value));
        var error = Assert.Throws<Exception>(() => model.Create(config));
        Assert.Contains(found, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void Create_NamesTheMissingTensorAsTheFileWouldSpellIt()
    {
        using var model = new RandomBert();
        var config = Config(
            model, ("model_type", "distilbert"), ("n_layers", 2), ("dim", RandomBert.Width), ("n_heads", 4), ("hidden_dim", RandomBert.Hidden));
        Assert.Contains("transformer.layer.0.attention.q_lin.weight", Assert.Throws<InvalidDataException>(() => model.Create(config)).Message);
    }

    [TestMethod]
    public void Encode_FewerRowsThanOneBlockOfTheKernelStayRight()
    {
        using var model = new RandomBert(); // 96 and 40 rows: libtorch 2.10 reads such packed matrices wrongly on some processors
        using var fast = model.Create();
        AppContext.SetSwitch("ML.Extensions.PlainOperators", true);
        TextEncoder plain;
        try
        {
            plain = model.Create();
        }
        finally
        {
            AppContext.SetSwitch("ML.Extensions.PlainOperators", false);
        }

        using (plain)
            Equal(plain, new(RandomBert.Ids(20, 5), [20]), fast, new(RandomBert.Ids(20, 5), [20]));
    }

    private static Dictionary<string, object> Config(RandomBert model, params (string Key, object Value)[] changes)
    {
        var config = model.Config();
        foreach (var (key, value) in changes)
            config[key] = value;
        return config;
    }

    private static void Equal(TextEncoder one, PackedTokens ones, TextEncoder other, PackedTokens others)
    {
        using var a = one.Encode(ones, EncoderOutput.AllTokens);
        using var b = other.Encode(others, EncoderOutput.AllTokens);
        using var difference = (a - b).abs().max();
        Assert.IsLessThan(1e-5f, difference.item<float>());
    }
}
