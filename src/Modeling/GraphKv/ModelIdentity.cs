using System.Security.Cryptography;
using System.Text;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>What of a model decides keys and values. Entries of one identity are never served to another.</summary>
internal sealed class ModelIdentity
{
    /// <summary>The identity of a decoder.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="content">Hash or name of its files: config, weights and tokenizer.</param>
    public ModelIdentity(CausalDecoder decoder, string content)
        : this(decoder.Spec, decoder.Precision, decoder.Device, content)
    {
    }

    /// <summary>The identity of a network.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="precision">Format of its products.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="content">Hash or name of its files.</param>
    public ModelIdentity(TransformerSpec spec, Precision precision, Device device, string content)
    {
        Spec = spec;
        Type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        Device = device;
        LearnedPositions = Spec.Embedding.Positions is not null;
        Hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
            '|', "1", content, precision, Spec.Family, Spec.Layers, Spec.Width, Spec.Window,
            string.Join(',', Spec.Blocks.Select(b => $"{b.Attention.Heads}/{b.Attention.KeyHeads}/{b.Attention.HeadWidth}/{b.Attention.Positions}/{b.Attention.Reach}")))));
    }

    /// <summary>The network.</summary>
    public TransformerSpec Spec { get; }

    /// <summary>Type of keys and values.</summary>
    public ScalarType Type { get; }

    /// <summary>Where keys and values are.</summary>
    public Device Device { get; }

    /// <summary>Whether positions are rows of a table, so that an entry cannot move.</summary>
    public bool LearnedPositions { get; }

    /// <summary>SHA-256 of files, precision and shapes, 32 bytes.</summary>
    public byte[] Hash { get; }
}
