using ML.Extensions.AnsweringModel.Texts;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Tests.AnsweringModel;

[TestClass]
public class ApiPieceTest
{
    internal const string Text =
        "Made.Up.Kettle\nBoils water. Then stops.\n\nKettle.Boil(Int32)\nHeats the water.\nseconds: How long it heats.\nReturns: The Steam that rises.\n"
        + "ArgumentOutOfRangeException: seconds is negative.\n\nKettle constructor\nMakes a cold kettle.\n";

    [TestMethod]
    public void Cut_ReadsWholeLines()
    {
        var piece = ApiPiece.Cut(new("Made.Up.Kettle", Text), 0, 10_000);
        Assert.AreEqual(Text.Trim(), piece.Text);
        CollectionAssert.AreEqual(
            new ApiFact[]
            {
                new(ApiFactKind.Summary, "Made.Up.Kettle", "", "Boils water. Then stops."), new(ApiFactKind.Summary, "Kettle.Boil(Int32)", "", "Heats the water."),
                new(ApiFactKind.Parameter, "Kettle.Boil(Int32)", "seconds", "How long it heats."), new(ApiFactKind.Returns, "Kettle.Boil(Int32)", "", "The Steam that rises."),
                new(ApiFactKind.Throws, "Kettle.Boil(Int32)", "ArgumentOutOfRangeException", "seconds is negative."), new(ApiFactKind.Summary, "Kettle constructor", "", "Makes a cold kettle."),
            }, piece.Facts.ToArray());
    }

    [TestMethod]
    public void Cut_LeavesOutWhatIsNotWhole()
    {
        var document = new IndexedDocument("Made.Up.Kettle", Text);
        for (var from = 0; from < Text.Length; from += 7)
            foreach (var length in new[] { 20, 60, 110 })
            {
                var piece = ApiPiece.Cut(document, from, length);
                var whole = ApiPiece.Cut(document, 0, 10_000).Facts;
                foreach (var fact in piece.Facts)
                {
                    Assert.Contains(fact, whole, $"{from} {length}");
                    Assert.Contains(fact.Text, piece.Text);
                }

                Assert.StartsWith("Made.Up.Kettle", piece.Text);
            }
    }

    [TestMethod]
    [DataRow("System.Collections.Generic.List<T>", "List<T>")]
    [DataRow("Kettle", "Kettle")]
    [DataRow("A.B<T1, T2>", "B<T1, T2>")]
    public void Short_LeavesTheNamespaceOut(string name, string expected) => Assert.AreEqual(expected, Names.Short(name));

    [TestMethod]
    [DataRow("One. Two.", "One.")]
    [DataRow("As e.g. this one. Two.", "As e.g. this one.")]
    [DataRow("null if there is none", "null if there is none")]
    [DataRow("Version 1. 2 is next.", "Version 1. 2 is next.")]
    public void FirstSentence_EndsAtAFullStop(string text, string expected) => Assert.AreEqual(expected, Names.FirstSentence(text));
}
