using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.GraphKv;
using ML.Extensions.Retrieval;
using ML.Extensions.Training;

namespace ML.Extensions.AnsweringModel.Training;

/// <summary>
/// What each step trains on; it depends on the step's number alone. A step is five contexts of short segments, or two of long ones, each
/// under one of the plans in turn; in the first steps contexts are easier, and one step in four is plain text, to be learned word by word;
/// in the last ones long contexts are as frequent as short ones.
/// All steps have the same number of tokens, and sequences have one of two lengths: native code is made, and memory is cut, for each
/// shape anew. What questions leave over is filled with stretches of the segments, which are to be gone on with.
/// </summary>
internal sealed class AnsweringBatches(ModelIdentity model, PromptTokens prompt, IReadOnlyList<IndexedDocument> documents, BatchSettings settings)
{
    private const int Short = 512, Long = 1_280, Begun = 8;
    private const long TextEvery = 4, LongEvery = 6, LongEveryLater = 2;

    /// <summary>Plans that are trained.</summary>
    public static IReadOnlyList<GraphKvPlan> Plans { get; } =
        [GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, GraphKvPlan.ParallelWindows, GraphKvPlan.Graph(SegmentGraph.Edges), GraphKvPlan.TopSources(3)];

    private readonly ContextMaker _contexts = new(documents);

    /// <summary>The examples of a step.</summary>
    public IReadOnlyList<PackedAnswer> Batch(long step)
    {
        var random = new Random(RowStream.HashCode(settings.Seed, step));
        var easy = step < settings.EasySteps;
        var (shape, length) = easy ? (ContextShape.Easy, Short) : step % (step < settings.ShortSteps ? LongEvery : LongEveryLater) == 0 ? (ContextShape.Long, Long) : (ContextShape.Usual, Short);
        var examples = new List<PackedAnswer>();
        for (var n = (int)((step * settings.TokensPerStep / length) % Plans.Count); examples.Count < settings.TokensPerStep / length; n++)
            examples.Add(easy && step % TextEvery == 0 ? Read(length, random) : Asked(shape, Plans[n % Plans.Count], length, random));
        return examples;
    }

    /// <summary>A context under a plan, as it is.</summary>
    public PackedAnswer Asked(ApiContext context, GraphKvPlan plan) => Pack(Example(context), plan);

    /// <summary>A context that has, with stretches of its segments, exactly so many tokens.</summary>
    private PackedAnswer Asked(ContextShape shape, GraphKvPlan plan, int length, Random random)
    {
        while (true)
        {
            var example = Example(_contexts.Make(shape, random));
            var questions = example.Questions.ToList();
            var room = length - Pack(example, plan).Length + questions.Sum(Tokens);
            while (questions.Sum(Tokens) > room && questions.Count > 0)
                questions.RemoveAt(questions.Count - 1);
            if (questions.Count == 0)
                continue; // the segments alone are too long
            for (var left = room - questions.Sum(Tokens); left > 0; left = room - questions.Sum(Tokens))
                questions.Add(Stretch(example.Segments[random.Next(example.Segments.Count)], left, random));
            return Pack(example with { Questions = questions }, plan);
        }
    }

    /// <summary>A stretch of documents, each token learned.</summary>
    private PackedAnswer Read(int length, Random random)
    {
        var ids = new List<int>();
        while (ids.Count <= length)
        {
            var text = _contexts.Document(random).Text;
            var from = random.Next(Math.Max(1, text.Length - (2 * length)));
            ids.AddRange(prompt.SegmentIds(text[from..], length));
        }

        return new AnswerExample([], [], [new([ids[0]], [.. ids[1..(length + 1)]])]).Pack(model, [], GraphKvPlan.Sequential);
    }

    private AnswerExample Example(ApiContext context) => new(
        [.. context.Pieces.Select(p => prompt.SegmentIds(p.Text, null))], context.Edges,
        [.. context.Questions.Select(q => new AnsweredQuestion(prompt.QuestionIds(q.Text), [.. prompt.AnswerIds(q.Text, q.Answer), settings.End]))]);

    private PackedAnswer Pack(AnswerExample example, GraphKvPlan plan) => example.Pack(model, prompt.Prefix, plan);

    /// <summary>Some tokens of a segment, and those behind them as the answer.</summary>
    private static AnsweredQuestion Stretch(int[] segment, int most, Random random)
    {
        var count = Math.Min(most, segment.Length - 1);
        var (from, begun) = (random.Next(segment.Length - count), Math.Min(Begun, count));
        return new(segment[from..(from + begun)], segment[(from + begun)..(from + count + 1)]);
    }

    /// <summary>Tokens that a question adds to a sequence: its answer's last one is only learned.</summary>
    private static int Tokens(AnsweredQuestion question) => question.Question.Length + question.Answer.Length - 1;
}
