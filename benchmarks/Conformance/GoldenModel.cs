using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Transformers;

namespace ML.Extensions.Benchmarks;

/// <summary>A model's folder under one of its configs: hidden states of every run, and of decoders logits and greedy ids.</summary>
internal static class GoldenModel
{
    private const double Tolerance = 2e-5;

    /// <summary>Compares everything that the golden file holds, but the pooler's output, which no embedding uses.</summary>
    /// <param name="configPath">A config of the folder.</param>
    /// <param name="check">Takes the comparisons.</param>
    /// <exception cref="InvalidDataException">Something differs.</exception>
    public static void Compare(string configPath, GoldenCheck check)
    {
        var folder = Path.GetDirectoryName(configPath)!;
        using var config = JsonDocument.Parse(File.ReadAllText(configPath));
        using var golden = new SafetensorsFile(Path.Combine(folder, "golden.safetensors"));
        using var weights = WeightFiles.Open(folder);
        using (var encoder = TextEncoders.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, Path.GetFileName(folder)))
            States(encoder, config.RootElement, golden, check);
        if (!golden.Entries.ContainsKey("logits"))
            return;
        using var decoder = CausalDecoder.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, Path.GetFileName(folder));
        Logits(decoder, golden, check);
        if (golden.Entries.ContainsKey("generate_ids"))
            Greedy(decoder, golden, check);
    }

    private static void States(TextEncoder encoder, JsonElement config, SafetensorsFile golden, GoldenCheck check)
    {
        var padding = config.TryGetProperty("pad_token_id", out var p) && p.ValueKind == JsonValueKind.Number ? p.GetInt32() : 0;
        foreach (var run in golden.Entries.Keys.Where(k => k.EndsWith("input_ids", StringComparison.Ordinal)).Select(k => k[..^9]).Order(StringComparer.Ordinal))
        {
            if (!golden.Entries.ContainsKey(run + "last_hidden_state"))
                continue;
            // MPNet's distances count padding between tokens, which packed texts don't have.
            var batch = new GoldenBatch(golden, run, withGaps: encoder.Config.Family != "mpnet");
            if (golden.Entries.ContainsKey(run + "position_ids"))
                Compare(batch, batch.At("position_ids", padding + 1), "last_hidden_state");
            if (run == "maskonly_")
                continue; // masked words took positions
            Compare(batch, run == "left_" ? batch.At(null) : batch.Tokens, "last_hidden_state");
            if (golden.Entries.ContainsKey(run + "explicit_last_hidden_state"))
                Compare(batch, batch.At("explicit_position_ids"), "explicit_last_hidden_state");
        }

        void Compare(GoldenBatch batch, PackedTokens tokens, string name)
        {
            using var states = encoder.Encode(tokens, EncoderOutput.AllTokens);
            batch.Compare(name, states, check, Tolerance);
        }
    }

    private static void Logits(CausalDecoder decoder, SafetensorsFile golden, GoldenCheck check)
    {
        var batch = new GoldenBatch(golden, "", withGaps: true);
        using (var states = decoder.States(batch.Tokens))
        using (var logits = decoder.Logits(states))
            batch.Compare("logits", logits, check, Tolerance);
        if (!golden.Entries.ContainsKey("long_logits"))
            return;
        var far = new GoldenBatch(golden, "long_", withGaps: true);
        var places = far.Longs("logits_positions").Chunk(8).ToArray();
        for (var r = 0; r < far.Rows.Length; r++)
        {
            using var states = decoder.States(new(far.Rows[r], [far.Rows[r].Length])); // by itself: its own length decides the frequencies
            using var picked = TorchSharp.torch.tensor(places[r]);
            using var last = states.index_select(0, picked);
            using var logits = decoder.Logits(last);
            var own = r == 1 && golden.Entries.ContainsKey("longalone_logits");
            using var tensor = golden.Read(own ? "longalone_logits" : "long_logits");
            var values = logits.data<float>().ToArray();
            check.Near($"long_logits row {r}", tensor.data<float>().ToArray().AsSpan(own ? 0 : r * values.Length, values.Length), values, Tolerance);
        }
    }

    private static void Greedy(CausalDecoder decoder, SafetensorsFile golden, GoldenCheck check)
    {
        var (prompt, all) = (Ids("generate_prompt")[0], Ids("generate_ids")[0]);
        check.Same("generate", all[prompt.Length..], decoder.Greedy([prompt], all.Length - prompt.Length)[0]);
        if (!golden.Entries.ContainsKey("left_generate_ids"))
            return;
        var left = new GoldenBatch(golden, "left_", withGaps: true);
        var expected = Ids("left_generate_ids");
        var found = decoder.Greedy(left.Rows, expected[0].Length - left.Columns);
        for (var r = 0; r < found.Length; r++)
            check.Same($"left_generate row {r}", expected[r][left.Columns..], found[r]);

        int[][] Ids(string name)
        {
            using var tensor = golden.Read(name);
            return [.. tensor.data<long>().ToArray().Select(v => (int)v).Chunk((int)tensor.shape[1])];
        }
    }
}
