using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>Sizes and names of the element types.</summary>
internal static class ElementTypes
{
    private static readonly (ElementType Type, string Name, int Size, torch.ScalarType Torch)[] All =
    [
        (ElementType.Float32, "F32", 4, torch.ScalarType.Float32),
        (ElementType.Float16, "F16", 2, torch.ScalarType.Float16),
        (ElementType.BFloat16, "BF16", 2, torch.ScalarType.BFloat16),
        (ElementType.Float64, "F64", 8, torch.ScalarType.Float64),
        (ElementType.Int64, "I64", 8, torch.ScalarType.Int64),
        (ElementType.Int32, "I32", 4, torch.ScalarType.Int32),
        (ElementType.Int16, "I16", 2, torch.ScalarType.Int16),
        (ElementType.Int8, "I8", 1, torch.ScalarType.Int8),
        (ElementType.UInt8, "U8", 1, torch.ScalarType.Byte),
        (ElementType.Boolean, "BOOL", 1, torch.ScalarType.Bool),
    ];

    /// <summary>Names in safetensors files, for messages.</summary>
    public static string KnownNames { get; } = string.Join(", ", All.Select(t => t.Name));

    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => All[(int)type].Size;

    /// <summary>TorchSharp's name.</summary>
    public static torch.ScalarType ToTorch(this ElementType type) => All[(int)type].Torch;

    /// <summary>Name in safetensors files.</summary>
    public static string ToSafetensors(this ElementType type) => All[(int)type].Name;

    /// <summary>The type of a safetensors name; null if unknown.</summary>
    public static ElementType? FromSafetensors(string name) => Array.Find(All, t => t.Name == name) is { Name: not null } t ? t.Type : null;

    /// <summary>The type of a tensor.</summary>
    public static ElementType FromTorch(torch.ScalarType type) => Array.Find(All, t => t.Torch == type) is { Name: not null } t && t.Torch == type
        ? t.Type
        : throw new NotSupportedException($"Tensors of type {type} cannot be stored; known are {KnownNames}.");

    /// <summary>Bytes of a tensor; null if one is negative, there are more than 64, or the product overflows.</summary>
    public static long? Bytes(this ElementType type, ReadOnlySpan<long> shape)
    {
        long count = type.Size();
        var empty = false;
        if (shape.Length > 64)
            return null; // torch has no more dimensions
        foreach (var n in shape)
        {
            if (n < 0)
                return null;
            empty |= n == 0;
            if (n != 0 && (count = Multiply(count, n)) < 0)
                return null;
        }

        return empty ? 0 : count;
    }

    private static long Multiply(long a, long b) => a > long.MaxValue / b ? -1 : a * b;
}
