using System.Runtime.InteropServices;
using ML.Extensions.Devices;
using ML.Extensions.Generation;
using ML.Extensions.GraphKv;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>A decoder behind segments: greedy answers and likelihoods. Segments stay cached from question to question, as far as plans allow it.</summary>
internal sealed class AnswerScorer : IDisposable
{
    private readonly SegmentCache _cache = new(memoryBytes: 4L << 30);
    private readonly PromptTokens _prompt;

    /// <summary>Opens a model.</summary>
    /// <param name="file">Its file or folder.</param>
    /// <param name="adapter">Folder of a LoRA adapter; null is none.</param>
    /// <param name="prompt">Texts around the parts; null are the usual ones.</param>
    public AnswerScorer(string file, string? adapter, GraphKvPrompt? prompt = null)
    {
        Model = GenerationModel.Open(file, Precision.Float32, ComputeDevice.Cpu, adapter);
        (Engine, _prompt) = (new(Model.Decoder, file, _cache), new(Model, prompt));
    }

    public GenerationModel Model { get; }

    public GraphKvEngine Engine { get; }

    /// <summary>Tokens of a question, up to where the model answers.</summary>
    public int[] Question(string text) => _prompt.QuestionIds(text);

    /// <summary>Segments under a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="texts">Texts, the most relevant last.</param>
    /// <param name="most">Most tokens of each; null is no limit.</param>
    public PlanLayout Lay(GraphKvPlan plan, IEnumerable<string> texts, int? most = null) =>
        plan.Lay(new(Engine.Model, _prompt.Prefix, [.. texts.Select(t => _prompt.SegmentIds(t, most))]));

    /// <summary>The likeliest tokens' text, up to a stop token.</summary>
    public string Greedy(PlanLayout layout, int[] asked, int most)
    {
        using var readout = Engine.Open(layout);
        var ids = new List<int>();
        for (var next = asked; ids.Count < most; next = [ids[^1]])
        {
            using var logits = readout.Append(next);
            if (CausalDecoder.Likeliest(logits, 0) is var id && Model.StopIds.Contains(id))
                break;
            ids.Add(id);
        }

        return Model.Tokenizer.Decode(ids);
    }

    /// <summary>Mean negative log-likelihood of a text's tokens behind a question and the beginning of an answer, nats.</summary>
    public double Loss(PlanLayout layout, int[] asked, string lead, string answer)
    {
        using var readout = Engine.Open(layout);
        var (next, sum) = ((int[])[.. asked, .. Model.Tokenizer.Encode(lead).Ids], 0.0);
        var ids = Model.Tokenizer.Encode(answer).Ids;
        foreach (var id in ids)
        {
            using var logits = readout.Append(next);
            sum -= LogProbabilities(logits, [id])[0];
            next = [id];
        }

        return sum / ids.Length;
    }

    /// <summary>Log-probabilities of some tokens behind a question and the beginning of an answer.</summary>
    public double[] Next(PlanLayout layout, int[] asked, string lead, int[] ids)
    {
        using var readout = Engine.Open(layout);
        using var logits = readout.Append([.. asked, .. Model.Tokenizer.Encode(lead).Ids]);
        return LogProbabilities(logits, ids);
    }

    public void Dispose()
    {
        _cache.Dispose();
        Model.Dispose();
    }

    private static double[] LogProbabilities(Tensor logits, int[] ids)
    {
        var values = MemoryMarshal.Cast<byte, float>(logits.bytes);
        double most = float.NegativeInfinity, sum = 0;
        foreach (var value in values)
            most = Math.Max(most, value);
        foreach (var value in values)
            sum += Math.Exp(value - most);
        var found = new double[ids.Length];
        for (var i = 0; i < ids.Length; i++)
            found[i] = values[ids[i]] - most - Math.Log(sum);
        return found;
    }
}
