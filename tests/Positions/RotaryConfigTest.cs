using System.Text.Json;
using ML.Extensions.Positions;

namespace ML.Extensions.Tests.Positions;

/// <summary>Both generations of config.json, the older families' names, and what is refused.</summary>
[TestClass]
public sealed class RotaryConfigTest
{
    private const string Sizes = "\"hidden_size\":32,\"num_attention_heads\":4,\"max_position_embeddings\":256";

    [TestMethod]
    [DataRow("""{S,"rope_theta":500}""", 8, 500.0, "default")]
    [DataRow("""{S}""", 8, 10000.0, "default")]
    [DataRow("""{S,"head_dim":16,"rope_parameters":{"rope_type":"default","rope_theta":500}}""", 16, 500.0, "default")]
    [DataRow("""{S,"head_dim":null,"rope_scaling":null,"rope_theta":500}""", 8, 500.0, "default")]
    [DataRow("""{S,"rope_theta":500,"rope_scaling":{},"rope_parameters":{"rope_type":"linear","factor":2,"rope_theta":7}}""", 8, 7.0, "linear")]
    [DataRow("""{S,"rope_theta":500,"rope_scaling":{"type":"linear","factor":2}}""", 8, 500.0, "linear")]
    [DataRow("""{S,"rope_theta":500,"rope_scaling":{"rope_type":"dynamic","type":"linear","factor":2,"rope_theta":9}}""", 8, 9.0, "dynamic")]
    [DataRow("""{S,"rotary_pct":0.25,"rotary_emb_base":500}""", 2, 500.0, "default")]
    [DataRow("""{S,"partial_rotary_factor":0.5}""", 4, 10000.0, "default")]
    [DataRow("""{"n_embd":32,"n_head":4,"n_positions":256,"rotary_emb_fraction":1,"rotary_emb_base":1000,"rotary_scaling_factor":2}""", 8, 1000.0, "dynamic")]
    [DataRow("""{S,"rope_scaling":{"type":"su","short_factor":[1,1,1,1],"long_factor":[2,2,2,2]},"original_max_position_embeddings":64}""", 8, 10000.0, "longrope")]
    [DataRow("""{S,"rope_scaling":{"type":"mrope","mrope_section":[1,1,2]}}""", 8, 10000.0, "default")]
    public void Read_KnowsBothGenerations(string json, int dimension, double ropeBase, string form)
    {
        var found = Read(json);
        Assert.AreEqual((dimension, ropeBase, form), (found.Dimension, found.Base, found.Scaling.Name));
    }

    [TestMethod]
    [DataRow("""{S,"rope_parameters":{"full_attention":{"rope_type":"linear","factor":8,"rope_theta":1000},"sliding_attention":{"rope_type":"default","rope_theta":50}}}""")]
    [DataRow("""{S,"rope_theta":1000,"rope_local_base_freq":50,"rope_scaling":{"rope_type":"linear","factor":8}}""")]
    [DataRow("""{S,"global_rope_theta":1000,"local_rope_theta":50,"rope_scaling":{"rope_type":"linear","factor":8}}""")]
    [DataRow("""{S,"rope_theta":1000,"rope_scaling":{"rope_type":"linear","factor":8}}""")]
    public void Read_GivesLocalLayersTheirOwn(string json)
    {
        var defaults = new RotaryDefaults(LocalBase: 50);
        var (whole, local) = (Read(json, "full_attention", defaults), Read(json, "sliding_attention", defaults));
        Assert.AreEqual((1000.0, "linear"), (whole.Base, whole.Scaling.Name));
        Assert.AreEqual((50.0, "default"), (local.Base, local.Scaling.Name));
        Assert.AreEqual(whole, Read(json, null, defaults));
    }

    [TestMethod]
    public void Read_WithoutALocalBaseGivesAllLayersOne() =>
        Assert.AreEqual("linear", Read("""{S,"rope_scaling":{"type":"linear","factor":8}}""", "sliding_attention").Scaling.Name);

    [TestMethod]
    public void Yarn_TakesTheOriginalWindowFromTheTopFirst()
    {
        static int Original(string json) => ((YarnScaling)Read(json).Scaling).Original;
        Assert.AreEqual(16, Original("""{S,"original_max_position_embeddings":16,"rope_scaling":{"type":"yarn","factor":4,"original_max_position_embeddings":64}}"""));
        Assert.AreEqual(64, Original("""{S,"rope_scaling":{"type":"yarn","factor":4,"original_max_position_embeddings":64}}"""));
        Assert.AreEqual(256, Original("""{S,"rope_scaling":{"type":"yarn","factor":4}}"""));
    }

    [TestMethod]
    public void Yarn_ReadsItsFactors()
    {
        static YarnScaling Form(string more) => (YarnScaling)Read("{S,\"rope_scaling\":{\"type\":\"yarn\",\"original_max_position_embeddings\":64" + more + "}}").Scaling;
        Assert.AreEqual(4, Form("").Factor, "256 / 64");
        Assert.AreEqual(1.25, Form(",\"factor\":4,\"attention_factor\":1.25,\"mscale\":2,\"mscale_all_dim\":1").At(8, 1e4, 1).AttentionFactor);
        Assert.AreEqual(
            (0.1 * 0.8 * Math.Log(4) + 1) / (0.1 * 0.6 * Math.Log(4) + 1),
            Form(",\"factor\":4,\"mscale\":0.8,\"mscale_all_dim\":0.6").At(8, 1e4, 1).AttentionFactor, 1e-12);
        Assert.AreEqual((2.0, 0.25, false), Form(",\"beta_fast\":2,\"beta_slow\":0.25,\"truncate\":false") is var f ? (f.BetaFast, f.BetaSlow, f.Truncate) : default);
    }

    [TestMethod]
    [DataRow("""{S,"rope_scaling":{"type":"linear"}}""", "rope_type 'linear' needs 'factor'")]
    [DataRow("""{S,"rope_scaling":{"type":"linear","factor":0.5}}""", "'factor' is 0.5; expected at least 1")]
    [DataRow("""{S,"rope_scaling":{"type":"linear","factor":"2"}}""", "'factor' is \"2\"; expected a number above 0")]
    [DataRow("""{S,"rope_scaling":{"type":"linear","facter":2}}""", "the key 'facter' is not known. Known: attention_factor")]
    [DataRow("""{S,"rope_scaling":"linear"}""", "'rope_scaling' is \"linear\"; expected an object")]
    [DataRow("""{S,"rope_scaling":{"type":7}}""", "'type' is 7; expected a text")]
    [DataRow("""{S,"rope_scaling":{"type":"llama3","factor":8,"low_freq_factor":1}}""", "rope_type 'llama3' needs 'high_freq_factor'")]
    [DataRow("""{S,"rope_scaling":{"type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":1}}""", "high_freq_factor 1 is not above low_freq_factor 4")]
    [DataRow("""{S,"rope_scaling":{"type":"longrope","factor":8,"short_factor":[1,1,1,1]}}""", "rope_type 'longrope' needs 'long_factor', a list of 4 numbers")]
    [DataRow("""{S,"rope_scaling":{"type":"longrope","factor":8,"short_factor":[1,1,1],"long_factor":[1,1,1,1]}}""", "'short_factor' has 3 numbers; a rotated width of 8 needs 4")]
    [DataRow("""{S,"rope_scaling":{"type":"longrope","factor":8,"short_factor":[1,1,1,0],"long_factor":[1,1,1,1]}}""", "'short_factor' is 0; expected a number above 0")]
    [DataRow("""{"hidden_size":32,"num_attention_heads":4,"rope_scaling":{"type":"dynamic","factor":8}}""", "rope_type 'dynamic' needs max_position_embeddings")]
    [DataRow("""{"rope_theta":10}""", "rotary positions need head_dim, or hidden_size and num_attention_heads")]
    [DataRow("""{S,"rope_theta":-1}""", "'rope_theta' is -1; expected a number above 0")]
    [DataRow("""{S,"rope_theta":1}""", "the base is 1; expected more than 1")]
    [DataRow("""{S,"partial_rotary_factor":1.5}""", "partial_rotary_factor is 1.5; expected above 0 and at most 1")]
    [DataRow("""{S,"partial_rotary_factor":0.4}""", "3 of a head's 8 numbers would turn")]
    [DataRow("""{S,"rope_parameters":{"full_attention":{},"other":{}}}""", "rope_parameters has no 'sliding_attention'. It has: full_attention, other")]
    public void Read_RefusesWhatItCannotMean(string json, string expected)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(json, "sliding_attention"));
        StringAssert.Contains(error.Message, expected);
        StringAssert.StartsWith(error.Message, "model: ");
    }

    [TestMethod]
    public void Read_ListsTheKnownForms()
    {
        var error = Assert.ThrowsExactly<NotSupportedException>(() => Read("""{S,"rope_scaling":{"type":"spiral"}}"""));
        StringAssert.Contains(error.Message, "rope_type is 'spiral'. Known: default, linear, dynamic, yarn, longrope, llama3, proportional");
    }

    private static RotaryConfig Read(string json, string? layerType = null, RotaryDefaults? defaults = null)
    {
        using var config = JsonDocument.Parse(json.Replace("{S", "{" + Sizes, StringComparison.Ordinal));
        return RotaryConfig.Read(config.RootElement, layerType, "model", defaults);
    }
}
