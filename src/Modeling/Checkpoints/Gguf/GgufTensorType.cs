namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>A way in which GGUF files store numbers.</summary>
/// <param name="Id">Number in the file.</param>
/// <param name="Name">ggml's name.</param>
/// <param name="BlockElements">Numbers of one block; rows are whole blocks.</param>
/// <param name="BlockBytes">Bytes of one block.</param>
/// <param name="Element">The type that tensors of it are read as.</param>
/// <param name="Decode">Blocks to float32; null where the bytes are the tensor's own.</param>
internal sealed record GgufTensorType(int Id, string Name, int BlockElements, int BlockBytes, ElementType Element, GgufTensorType.Decoder? Decode)
{
    /// <summary>Turns whole blocks into numbers.</summary>
    public delegate void Decoder(ReadOnlySpan<byte> blocks, Span<float> values);

    /// <summary>Bytes of a tensor; null if its rows are no whole blocks or no tensor can be of this shape.</summary>
    public long? Bytes(ReadOnlySpan<long> shape) =>
        Element.Bytes(shape) is not { } size ? null
        : Decode is null ? size
        : shape.Length > 0 && shape[^1] % BlockElements == 0 ? size / Element.Size() / BlockElements * BlockBytes : null;
}
