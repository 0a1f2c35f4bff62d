using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// What happens between a layer's projections: queries, keys and values in, mixed values out. The network's own is
/// <see cref="PlainAttention"/>, a decoder's <see cref="CachedAttention"/>; others rotate, store and merge as they like.
/// </summary>
internal interface IAttention
{
    /// <summary>Attention of all sequences of a pass in one layer: [T, H·d], or the first tokens' [N, H·d] if the request says so.</summary>
    Tensor Attend(AttentionRequest request);

    /// <summary>
    /// Numbers of the rows that go on behind a layer, int64, asked after <see cref="Attend"/>, which gave those rows only;
    /// null is all. Later layers ask for these rows alone; the pass's own tables do not know of them.
    /// </summary>
    Tensor? Kept(int layer) => null;
}
