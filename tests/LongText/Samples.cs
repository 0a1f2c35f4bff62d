using System.Reflection;
using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

/// <summary>Rows and pipelines that the tests of the ML.NET side share.</summary>
internal static class Samples
{
    public static IReadOnlyList<Document> Documents(int count) => [.. Enumerable.Range(0, count).Select(i => new Document
    {
        Id = i,
        Label = i % 2 == 0,
        Text = i % 2 == 0 ? $"The cat number {i} sleeps on the sofa." : $"Interest rates rose by {i} points at the bank today.",
        Tags = [.. Enumerable.Repeat((float)i, i % 3)],
    })];

    public static LongTextEmbeddingOptions Plain { get; } = new() { Compute = new() { Precision = Precision.Float32 } };

    public static LongTextEmbeddingTransformer Fit(this MLContext ml, IDataView data, LongTextEmbeddingOptions? options = null) =>
        ml.Transforms.Text.EmbedLongText("Embedding", "Text", options ?? Plain).Fit(data);

    /// <summary>What an estimator chain hands its steps; ML.NET keeps the method to itself.</summary>
    public static SchemaShape Shape(DataViewSchema schema) => (SchemaShape)typeof(SchemaShape)
        .GetMethod("Create", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [schema])!;

    public static float[][] Vectors(this IDataView view) =>
        [.. view.GetColumn<float[]>("Embedding")];

    public static IEnumerable<T> GetColumn<T>(this IDataView view, string name) =>
        Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<T>(view, name);

    public static void SameVectors(float[][] expected, float[][] actual, double within = 1e-5)
    {
        Assert.HasCount(expected.Length, actual);
        for (var row = 0; row < expected.Length; row++)
        {
            Assert.HasCount(expected[row].Length, actual[row]);
            for (var i = 0; i < expected[row].Length; i++)
                Assert.AreEqual(expected[row][i], actual[row][i], within, $"row {row}, dimension {i}");
        }
    }
}
