using System.Globalization;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Transformers;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Claim: on a GGUF file and all cores, decoding runs at least 0.5 times as fast as in llama.cpp behind 16 tokens and 1.0 times
/// behind 1,024, a prompt of 1,024 at least 1.2 times; ours in float32, equal to the decoded weights.
/// </summary>
internal static class DecodeSpeed
{
    private const int Steps = 8;

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "rounds", "model");
        var rounds = arguments.Number("rounds", 7);
        var folder = Path.Combine(Repository.Root, "..", "shared", "data", "models", "smollm2-135m-instruct");
        var file = arguments.Text("model", Path.Combine(folder, "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var model = GgufModel.Open(file);
        using var weights = model.Weights;
        using var ours = CausalDecoder.Create(model.Config, weights, Precision.Float32, ComputeDevice.Cpu, file);
        using var llama = new LlamaDecoder(file, TorchThreads.Count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TorchThreads.Count} threads, {ours.ParameterCount:N0} parameters in {ours.WeightBytes:N0} bytes; {Agreement(ours, llama, [.. model.OpenTokenizer().Encode("The three longest rivers of the world are").Ids], 48)} of 48 greedy ids equal"));
        var (short16, long1024) = (Decode(ours, llama, 16, rounds), Decode(ours, llama, 1_024, rounds));
        var prompt = Prompt(ours, llama, 1_024, rounds);
        ResultLine.Write("decode", ("decode16", EmbedThroughput.Round(short16)), ("decode1024", EmbedThroughput.Round(long1024)), ("prefill1024", EmbedThroughput.Round(prompt)));
        return 0;
    }

    private static int[] Ids(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1_000, 40_000))];
    }

    private static double Decode(CausalDecoder ours, LlamaDecoder llama, int past, int rounds)
    {
        var ids = Ids(past + Steps);
        using var cache = ours.NewCache();
        Append(ours, cache, ids.AsSpan(0, past));
        llama.Append(ids.AsSpan(0, past), 0);
        var rivals = new Interleaved($"decode{past}", rounds, 1);
        rivals.Add("llama.cpp", () =>
        {
            for (var i = past; i < ids.Length; i++)
                llama.Append(ids.AsSpan(i, 1), i);
        });
        rivals.Add("ours", () =>
        {
            cache.Truncate(0, past);
            for (var i = past; i < ids.Length; i++)
                Append(ours, cache, ids.AsSpan(i, 1));
        });
        return Measure(rivals, Steps);
    }

    private static double Prompt(CausalDecoder ours, LlamaDecoder llama, int length, int rounds)
    {
        var ids = Ids(length);
        var rivals = new Interleaved($"prompt{length}", rounds, 1);
        rivals.Add("llama.cpp", () => llama.Append(ids, 0));
        rivals.Add("ours", () =>
        {
            using var cache = ours.NewCache();
            Append(ours, cache, ids);
        });
        return Measure(rivals, length);
    }

    private static double Measure(Interleaved rivals, int tokens)
    {
        rivals.Measure();
        Console.WriteLine($"  of {tokens} tokens each");
        return rivals.Speedup("ours", "llama.cpp");
    }

    private static int Append(CausalDecoder decoder, KvCache cache, ReadOnlySpan<int> ids)
    {
        using var logits = decoder.Append(new PackedTokens(ids.ToArray(), [ids.Length]), cache);
        return CausalDecoder.Likeliest(logits, 0);
    }

    /// <summary>Greedy ids that are equal, until the first that is not: llama.cpp rounds activations to 8 bits.</summary>
    private static int Agreement(CausalDecoder ours, LlamaDecoder llama, int[] prompt, int count)
    {
        using var cache = ours.NewCache();
        var (a, b) = (Append(ours, cache, prompt), llama.Append(prompt, 0));
        var equal = 0;
        for (; equal < count && a == b; equal++)
        {
            b = llama.Append([b], prompt.Length + equal);
            a = Append(ours, cache, [a]);
        }

        return equal;
    }
}
