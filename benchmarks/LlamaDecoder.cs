using LLama;
using LLama.Common;
using LLama.Native;

namespace ML.Extensions.Benchmarks;

/// <summary>The rival: llama.cpp through LLamaSharp, one sequence of one GGUF file.</summary>
internal sealed class LlamaDecoder : IDisposable
{
    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;
    private readonly LLamaBatch _batch = new();

    public LlamaDecoder(string file, int threads)
    {
        NativeLogConfig.llama_log_set((_, _) => { });
        var settings = new ModelParams(file) { ContextSize = 2_048, Threads = threads, BatchThreads = threads, BatchSize = 1_024, UBatchSize = 512 };
        _weights = LLamaWeights.LoadFromFile(settings);
        _context = _weights.CreateContext(settings);
    }

    /// <summary>Runs ids behind the first <paramref name="past"/> tokens of the sequence, whatever stood there; the likeliest next id.</summary>
    public int Append(ReadOnlySpan<int> ids, int past)
    {
        var native = _context.NativeHandle;
        if (past == 0)
            native.MemoryClear(true);
        else
            native.MemorySequenceRemove(LLamaSeqId.Zero, past, -1);
        _batch.Clear();
        for (var i = 0; i < ids.Length; i++)
            _batch.Add(ids[i], past + i, LLamaSeqId.Zero, i == ids.Length - 1);
        if (native.Decode(_batch) is var result and not DecodeResult.Ok)
            throw new InvalidOperationException($"llama.cpp says {result}.");
        native.Synchronize();
        var logits = native.GetLogitsIth(ids.Length - 1);
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
            best = logits[i] > logits[best] ? i : best;
        return best;
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }
}
