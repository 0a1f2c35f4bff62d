using System.Text.Json;
using ML.Extensions.Transformers;
using ML.Extensions.Transformers.Families;

namespace ML.Extensions.Training;

/// <summary>Which networks can be trained: all that a <see cref="TransformerSpec"/> describes, and BERT and RoBERTa's kin with their tables of positions.</summary>
internal static class TrainableFamilies
{
    private static readonly string[] Absolute = ["bert", "roberta", "xlm-roberta", "camembert"];

    /// <summary>Known values of config.json's model_type.</summary>
    public static IReadOnlyCollection<string> Known => [.. Absolute, .. TransformerFamilies.Known];

    /// <summary>The network of a config.json.</summary>
    /// <exception cref="NotSupportedException">It cannot be trained; the message lists what can.</exception>
    public static TransformerSpec Read(JsonElement config, string origin)
    {
        if (TransformerFamilies.Find(config, origin) is { } spec)
            return spec;
        var keys = new ModelConfig(config, origin);
        var type = keys.Text("model_type", "");
        return Absolute.Contains(type)
            ? BertFamily.ReadAbsolute(keys, type)
            : throw new NotSupportedException($"{origin}: config.json's model_type is '{type}', which cannot be trained. Known: {string.Join(", ", Known)}.");
    }
}
