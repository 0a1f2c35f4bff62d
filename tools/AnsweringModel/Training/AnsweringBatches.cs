using ML.Extensions.AnsweringModel.Questions;
using ML.Extensions.GraphKv;
using ML.Extensions.Retrieval;
using ML.Extensions.Training;

namespace ML.Extensions.AnsweringModel.Training;

/// <summary>
/// What each step trains on; it depends on the step's number alone. The first steps are easy: one in four is text to be learned
/// word by word, or shuffled tokens to be said again, and questions are over few short segments. Later ones are questions over two to
/// four short segments, or, some of them, over up to six longer ones. Each context stands under one plan, and contexts go through the plans in turn.
/// </summary>
internal sealed class AnsweringBatches(ModelIdentity model, PromptTokens prompt, IReadOnlyList<IndexedDocument> documents, BatchSettings settings)
{
    private const int LongestText = 1_100, MostCopied = 80, FewestCopied = 12;
    private const long TextEvery = 4;
    private const double LongContexts = 0.12;

    /// <summary>Plans that are trained.</summary>
    public static IReadOnlyList<GraphKvPlan> Plans { get; } =
        [GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, GraphKvPlan.ParallelWindows, GraphKvPlan.Graph(SegmentGraph.Edges), GraphKvPlan.TopSources(3)];

    private readonly ContextMaker _contexts = new(documents);

    /// <summary>The examples of a step.</summary>
    public IReadOnlyList<PackedAnswer> Batch(long step)
    {
        var random = new Random(RowStream.HashCode(settings.Seed, step));
        var easy = step < settings.EasySteps;
        var examples = new List<PackedAnswer>();
        for (var (n, tokens) = ((int)(step % Plans.Count), 0); tokens < settings.TokensPerStep; n++)
        {
            var example = easy && step % TextEvery == 0 ? random.Next(3) == 0 ? Copied(random) : Read(random)
                : Asked(_contexts.Make(easy ? ContextShape.Easy : random.NextDouble() < LongContexts ? ContextShape.Long : ContextShape.Usual, random), Plans[n % Plans.Count]);
            examples.Add(example);
            tokens += example.Length;
        }

        return examples;
    }

    /// <summary>A context under a plan.</summary>
    public PackedAnswer Asked(ApiContext context, GraphKvPlan plan) => Example(context, prompt, settings.End).Pack(model, prompt.Prefix, plan);

    /// <summary>A context as ids.</summary>
    public static AnswerExample Example(ApiContext context, PromptTokens prompt, int end) => new(
        [.. context.Pieces.Select(p => prompt.SegmentIds(p.Text, null))], context.Edges,
        [.. context.Questions.Select(q => new AnsweredQuestion(prompt.QuestionIds(q.Text), [.. prompt.AnswerIds(q.Text, q.Answer), end]))]);

    /// <summary>A stretch of a document, each token learned.</summary>
    private PackedAnswer Read(Random random)
    {
        var text = _contexts.Document(random).Text;
        var from = random.Next(Math.Max(1, text.Length - LongestText));
        return Alone(prompt.SegmentIds(text[from..Math.Min(text.Length, from + LongestText)].Trim() + ".", null), 1);
    }

    /// <summary>Tokens in a random order, and once more; the second time they are learned.</summary>
    private PackedAnswer Copied(Random random)
    {
        var text = _contexts.Document(random).Text;
        var from = random.Next(Math.Max(1, text.Length - LongestText));
        var ids = prompt.SegmentIds(text[from..Math.Min(text.Length, from + LongestText)] + ".", null);
        random.Shuffle(ids);
        var copied = ids[..Math.Min(ids.Length, random.Next(FewestCopied, MostCopied))];
        return Alone([.. copied, .. copied], copied.Length);
    }

    private PackedAnswer Alone(int[] ids, int given) =>
        new AnswerExample([], [], [new(ids[..given], ids[given..])]).Pack(model, [], GraphKvPlan.Sequential);
}
