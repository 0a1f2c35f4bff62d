using Microsoft.ML;
using ML.Extensions.AnsweringModel.Evaluation;
using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.AnsweringModel.Texts;
using ML.Extensions.Devices;
using ML.Extensions.Generation;
using ML.Extensions.GraphKv;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>The packaged answering model, asked about assemblies that its training has not seen, and about types that were made up.</summary>
[TestClass]
public sealed class SmallAnsweringModelTest
{
    private static readonly string[] Segments =
    [
        "Kitchen.Devices.Teapot\nHolds tea that was made before.\n\nTeapot.Pour(Cup)\nPours tea into a cup.\ntarget: The cup that gets the tea.\nReturns: The tea that is left in the pot.",
        "Kitchen.Devices.Toaster\nRoasts slices of bread.\n\nToaster.Lift()\nLifts the slices.\nInvalidOperationException: There is no bread in the slot.",
        "Kitchen.Devices.Kettle\nHeats water until it boils.\n\nKettle.Boil(Int32)\nHeats the water for some time.\nseconds: The time that the water is heated.\nReturns: The temperature of the water.\n"
        + "ArgumentOutOfRangeException: seconds is negative.",
    ];

    private static readonly string[] Asked = ["What does the parameter 'seconds' of Kettle.Boil mean?", "What does Teapot.Pour return?", "What is Toaster for?"];

    [TestMethod]
    public void Answers_AreRightMoreOftenThanTheNearestLine()
    {
        var shape = ContextShape.Measured with { FewestPieces = 2, MostPieces = 2, ShortestPiece = 240, LongestPiece = 300 };
        var answers = new Evaluator(AnsweringModels.Small, ApiCorpus.Held(), shape).Run(3, ["sequential", "block", "edges"], null).ToArray();
        double Exact(string method) => answers.Where(a => a.Method == method).Average(a => a.Exact ? 1.0 : 0);
        foreach (var plan in new[] { "sequential", "block", "edges" })
        {
            Assert.IsGreaterThan(Exact("baseline-nearest-line") + 0.1, Exact(plan), plan);
            Assert.IsGreaterThan(Exact("baseline-first-sentence") + 0.1, Exact(plan), plan);
        }
    }

    [TestMethod]
    public void Answers_AreTheSameThroughTheDiskCache()
    {
        using var folder = new TempFolder();
        var settings = new AnswererSettings(GraphKvPlan.TopSources(1)) { MaxNewTokens = 32, Cache = folder["kv"] };
        string[] Answers(bool expectReuse)
        {
            using var model = GraphKvAnswerer.Open(AnsweringModels.Small, settings, ComputeDevice.Cpu);
            var answers = Asked.Select(a => model.Answer(new(a, Segments, []), shares: false, divergence: false)).ToArray();
            Assert.AreEqual(expectReuse, answers[0].TokensReused > 0);
            return [.. answers.Select(a => a.Text)];
        }

        CollectionAssert.AreEqual(Answers(expectReuse: false), Answers(expectReuse: true));
    }

    [TestMethod]
    public void Pipeline_IsSavedByThePackagesNameAndContent()
    {
        using var folder = new TempFolder();
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable([new AnswerRow { Question = Asked[0], Segments = Segments }]);
        string Answer(ITransformer model) => ml.Data.CreateEnumerable<Answered>(model.Transform(rows), reuseRowObject: false).Single().Answer;
        using var fitted = ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", null, new() { Model = AnsweringModels.Small, MaxNewTokens = 24 }).Fit(rows);
        ml.Model.Save(fitted, rows.Schema, folder["m.zip"]);
        var loaded = ml.Model.Load(folder["m.zip"], out _);
        Assert.AreEqual(Answer(fitted), Answer(loaded));
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Package_IsSmall_AndUnknownOnesAreRefused()
    {
        using var files = GenerationFiles.Open(AnsweringModels.Small);
        Assert.AreEqual("ML.Extensions.Models.Answering", files.Name);
        Assert.IsLessThan(24_000_000, new DirectoryInfo(files.Path).EnumerateFiles().Sum(f => f.Length));
        var error = Assert.ThrowsExactly<NotSupportedException>(() => GenerationFiles.Open("package:Nobody.Knows"));
        Assert.Contains(AnsweringModels.Small, error.Message);
    }

    private sealed class Answered
    {
        public string Answer { get; set; } = "";
    }
}
