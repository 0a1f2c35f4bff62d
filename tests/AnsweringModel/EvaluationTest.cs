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
    public void Counted_IsTheStatement_OrTheExceptionThatWasAsked()
    {
        Assert.AreEqual("Boils water.", AnswerMatch.Counted(QuestionKind.Type, "Kettle\nBoils water."));
        Assert.AreEqual("How long: in seconds.", AnswerMatch.Counted(QuestionKind.Parameter, "seconds: How long: in seconds."));
        Assert.AreEqual("IOException", AnswerMatch.Counted(QuestionKind.Exception, "IOException: It broke."));
        Assert.AreEqual("It broke.", AnswerMatch.Counted(QuestionKind.When, "IOException: It broke."));
        Assert.AreEqual(ApiQuestion.NoAnswer, AnswerMatch.Counted(QuestionKind.Absent, ApiQuestion.NoAnswer));
    }

    [TestMethod]
    public void Baselines_TakeLinesOfTheSegments()
    {
        var context = new ApiContext([ApiPiece.Cut(new("Made.Up.Kettle", ApiPieceTest.Text), 0, 10_000)], [], []);
        Assert.AreEqual("Boils water.", Baselines.FirstSentence(context));
        Assert.AreEqual("seconds: How long it heats.", Baselines.NearestLine(context, "How long does Kettle.Boil(Int32) heat, what is seconds?"));
    }
}
