namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>The ways of storing numbers that are known. Source: ggml.h, ggml-common.h of github.com/ggml-org/llama.cpp.</summary>
internal static class GgufTensorTypes
{
    private static readonly Dictionary<int, GgufTensorType> All = new GgufTensorType[]
    {
        new(0, "F32", 1, 4, ElementType.Float32, null),
        new(1, "F16", 1, 2, ElementType.Float16, null),
        new(2, "Q4_0", 32, 18, ElementType.Float32, GgufBlocks.Q40),
        new(3, "Q4_1", 32, 20, ElementType.Float32, GgufBlocks.Q41),
        new(6, "Q5_0", 32, 22, ElementType.Float32, GgufBlocks.Q50),
        new(7, "Q5_1", 32, 24, ElementType.Float32, GgufBlocks.Q51),
        new(8, "Q8_0", 32, 34, ElementType.Float32, GgufBlocks.Q80),
        new(10, "Q2_K", 256, 84, ElementType.Float32, GgufSuperBlocks.Q2),
        new(11, "Q3_K", 256, 110, ElementType.Float32, GgufSuperBlocks.Q3),
        new(12, "Q4_K", 256, 144, ElementType.Float32, GgufSuperBlocks.Q4),
        new(13, "Q5_K", 256, 176, ElementType.Float32, GgufSuperBlocks.Q5),
        new(14, "Q6_K", 256, 210, ElementType.Float32, GgufSuperBlocks.Q6),
        new(15, "Q8_K", 256, 292, ElementType.Float32, GgufSuperBlocks.Q8),
        new(24, "I8", 1, 1, ElementType.Int8, null),
        new(25, "I16", 1, 2, ElementType.Int16, null),
        new(26, "I32", 1, 4, ElementType.Int32, null),
        new(27, "I64", 1, 8, ElementType.Int64, null),
        new(28, "F64", 1, 8, ElementType.Float64, null),
        new(30, "BF16", 1, 2, ElementType.BFloat16, null),
    }.ToDictionary(t => t.Id);

    /// <summary>Every type.</summary>
    public static IReadOnlyCollection<GgufTensorType> Known => All.Values;

    /// <summary>The type of a number in the file; null if it is not known.</summary>
    public static GgufTensorType? Find(uint id) => id <= int.MaxValue && All.TryGetValue((int)id, out var type) ? type : null;
}
