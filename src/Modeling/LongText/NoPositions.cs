using ML.Extensions.Transformers;
using ML.Extensions.Transformers.Families;

namespace ML.Extensions.LongText;

/// <summary>Nothing tells the order of tokens: a text is a bag of its words. Decoders learn order from their mask (arXiv 2305.19466); an encoder has none.</summary>
public sealed record NoPositions : TextPositions
{
    /// <inheritdoc/>
    public override string Name => "none";

    /// <inheritdoc/>
    internal override TransformerSpec Read(ModelConfig config) => BertFamily.Read(config, "bert", null);
}
