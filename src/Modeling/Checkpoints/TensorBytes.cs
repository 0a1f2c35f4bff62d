using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>Moves raw little-endian bytes into and out of tensors, piece by piece where a span is too short.</summary>
internal static class TensorBytes
{
    private const int Piece = 1 << 26; // elements

    /// <summary>Receives the bytes of elements that start at a byte offset.</summary>
    public delegate void Access(long offset, Span<byte> bytes);

    /// <summary>A new tensor whose bytes <paramref name="fill"/> writes.</summary>
    public static torch.Tensor Make(ElementType type, long[] shape, Access fill)
    {
        var tensor = torch.empty(shape, type.ToTorch());
        try
        {
            Visit(tensor, type.Size(), fill);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Visits all bytes of a contiguous tensor on the CPU.</summary>
    public static void Visit(torch.Tensor tensor, int elementSize, Access access)
    {
        var count = tensor.numel();
        if (count == 0)
            return;
        using var flat = tensor.view(-1);
        for (long i = 0; i < count; i += Piece)
        {
            using var part = flat.narrow(0, i, Math.Min(Piece, count - i));
            access(i * elementSize, part.bytes);
        }
    }
}
