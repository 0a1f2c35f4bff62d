using ML.Extensions.AnsweringModel.Evaluation;
using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.AnsweringModel.Texts;

namespace ML.Extensions.Tests.AnsweringModel;

[TestClass]
public class EvaluationTest
{
    [TestMethod]
    public void Match_LeavesCaseBlanksAndTheLastStopOut()
    {
        Assert.IsTrue(AnswerMatch.IsExact(" the  Steam that rises", "The Steam that rises."));
        Assert.IsFalse(AnswerMatch.IsExact("The Steam", "The Steam that rises."));
        Assert.AreEqual(2 * 2 / 6.0, AnswerMatch.F1("the steam", "The Steam that rises."), 1e-12);
        Assert.AreEqual(0, AnswerMatch.F1("", "a"));
    }

    [TestMethod]
    public void Baselines_TakeLinesOfTheSegments()
    {
        var context = new ApiContext([ApiPiece.Cut(new("Made.Up.Kettle", ApiPieceTest.Text), 0, 10_000)], [], []);
        Assert.AreEqual("Boils water.", Baselines.FirstSentence(context));
        Assert.AreEqual("How long it heats.", Baselines.NearestLine(context, "How long does Kettle.Boil(Int32) heat, what is seconds?"));
    }
}
