using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.AnsweringModel.Texts;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Tests.AnsweringModel;

[TestClass]
public class ContextMakerTest
{
    private static readonly string[] Things = ["Kettle", "Steam", "Teapot", "Cup", "Spoon", "Sugar", "Saucer", "Biscuit"];

    [TestMethod]
    public void Make_PutsQuestionsWhoseAnswersAreWordsOfTheirSegment()
    {
        var maker = new ContextMaker(Documents());
        var kinds = new HashSet<QuestionKind>();
        for (var seed = 0; seed < 200; seed++)
            foreach (var shape in new[] { ContextShape.Easy, ContextShape.Usual, ContextShape.Measured })
            {
                var context = maker.Make(shape, new Random(seed));
                foreach (var question in context.Questions)
                {
                    kinds.Add(question.Kind);
                    if (question.Kind == QuestionKind.Absent)
                        Assert.AreEqual((ApiQuestion.NoAnswer, -1), (question.Answer, question.Segment));
                    else if (question.Kind == QuestionKind.Linked)
                        Assert.IsTrue(context.Pieces.Where((_, n) => n != question.Segment).Any(p => p.Text.Contains(question.Answer, StringComparison.Ordinal)), question.Text);
                    else
                        Assert.Contains(question.Answer, context.Pieces[question.Segment].Text, question.Text);
                }

                foreach (var (source, target) in context.Edges)
                    Assert.Contains(context.Pieces[source].Title, context.Pieces[target].Document.Links);
            }

        CollectionAssert.AreEquivalent(Enum.GetValues<QuestionKind>(), kinds.ToArray());
    }

    [TestMethod]
    public void Make_DependsOnTheSeedAlone()
    {
        string Made(int seed)
        {
            var context = new ContextMaker(Documents()).Make(ContextShape.Usual, new Random(seed));
            return string.Join('\n', context.Pieces.Select(p => p.Text).Concat(context.Questions.Select(q => $"{q.Text} {q.Answer}")));
        }

        Assert.AreEqual(Made(5), Made(5));
        Assert.AreNotEqual(Made(5), Made(6));
    }

    [TestMethod]
    public void Make_AsksNothingThatHasTwoAnswers()
    {
        // Two overloads that return different things: the name alone is not asked, the whole heading is.
        const string text = "A.Box\nHolds.\n\nBox.Get()\nReturns: The first.\n\nBox.Get(Int32)\nReturns: The other.\n";
        var maker = new QuestionMaker([ApiPiece.Cut(new("A.Box", text), 0, 1_000)]);
        for (var seed = 0; seed < 30; seed++)
            if (maker.Make(QuestionKind.Returns, new Random(seed)) is { } question)
                Assert.Contains("Box.Get(", question.Text);
    }

    [TestMethod]
    public void HeldOutAssemblies_AreApart()
    {
        var (training, held) = (ApiCorpus.Training(), ApiCorpus.Held());
        Assert.IsGreaterThan(100, held.Count);
        Assert.IsGreaterThan(3_000, training.Count);
        Assert.IsEmpty(training.Select(d => d.Id).Intersect(held.Select(d => d.Id)));
        Assert.IsEmpty(training.Where(d => d.Id.StartsWith("System.Text.Json.", StringComparison.Ordinal) || d.Id.StartsWith("System.Threading.Channels.", StringComparison.Ordinal)).Select(d => d.Id));
    }

    /// <summary>Types of a made-up kitchen, each linked to the next.</summary>
    private static IndexedDocument[] Documents() =>
    [
        .. Things.Select((t, n) => new IndexedDocument($"Kitchen.{t}",
            $"Kitchen.{t}\nThe {t} of number {n} in a row of eight things. It is clean.\n\n{t}.Use{n}(Int32)\nUses it for a while that is number {n} long.\n"
            + $"time{n}: The time it takes, {n} seconds.\nReturns: A {Things[(n + 1) % Things.Length]} that was made of it.\nInvalidOperationException: It is broken at place {n}.\n\n"
            + $"{t}.Clean{n}()\nCleans it with cloth number {n} and a good deal of warm water.\n")
        {
            Links = [$"Kitchen.{Things[(n + 1) % Things.Length]}"],
        }),
    ];
}
