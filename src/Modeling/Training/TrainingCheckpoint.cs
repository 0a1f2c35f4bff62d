using System.Globalization;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// A run's state on disk: weights and moments of what is trained as safetensors, the step, the best validation. Each checkpoint is a folder
/// step-N, written aside and renamed when complete; older ones are deleted then. A kill at any moment leaves a complete one.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string Start = "step-", State = "state.json", Tensors = "state.safetensors", Best = "best.safetensors";

    /// <summary>The newest checkpoint of a folder, or null.</summary>
    public static string? Find(string folder) => !Directory.Exists(folder) ? null : Directory.EnumerateDirectories(folder, Start + "*")
        .Where(d => File.Exists(Path.Combine(d, State)) && Number(d) >= 0).MaxBy(Number);

    /// <summary>Writes one.</summary>
    public static void Write(string folder, long step, IReadOnlyList<TrainedParameter> parameters, BestWeights best, string? fingerprint = null)
    {
        var target = Path.Combine(Path.GetFullPath(folder), Start + step.ToString(CultureInfo.InvariantCulture));
        if (Directory.Exists(target))
            return; // this step's is there already
        var aside = target + "." + Guid.NewGuid().ToString("N") + ".tmp";
        Directory.CreateDirectory(aside);
        try
        {
            using (NewDisposeScope())
            using (no_grad())
            {
                SafetensorsWriter.Write(Path.Combine(aside, Tensors), Entries(parameters));
                if (best.Weights is { } weights)
                    SafetensorsWriter.Write(Path.Combine(aside, Best), weights.ToDictionary(w => w.Key, w => tensor(w.Value), StringComparer.Ordinal));
            }

            File.WriteAllText(Path.Combine(aside, State), JsonSerializer.Serialize(new { step, metric = best.Metric, since = best.Since, run = fingerprint }));
            Directory.Move(aside, target);
        }
        catch
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
            throw;
        }

        foreach (var other in Directory.EnumerateDirectories(Path.GetDirectoryName(target)!, Start + "*").Where(d => d != target))
            Directory.Delete(other, recursive: true);
    }

    /// <summary>Goes to a checkpoint.</summary>
    /// <returns>Its step.</returns>
    /// <exception cref="InvalidDataException">It is broken, or another run's: of another model, other frozen weights, another fingerprint.</exception>
    public static long Read(string checkpoint, IReadOnlyList<TrainedParameter> parameters, BestWeights best, string? fingerprint = null)
    {
        using var json = JsonFile.Open(Path.Combine(checkpoint, State));
        var step = json.RootElement.Find("step") is { ValueKind: JsonValueKind.Number } n && n.TryGetInt64(out var found) && found >= 0 ? found
            : throw new InvalidDataException($"{checkpoint}: {State} has no step.");
        if (fingerprint is not null && json.RootElement.Text("run", checkpoint) is { } run && run != fingerprint)
            throw new InvalidDataException($"{checkpoint} is another run's: its rows, its model or its options (objective, steps, schedule, seed, …) were others. Delete the folder to begin anew, or choose another.");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var weights = WeightFiles.OpenFile(Path.Combine(checkpoint, Tensors)) ?? throw new InvalidDataException($"{checkpoint}: there is no {Tensors}.");
        var trained = parameters.Where(p => p.Ranges.Count > 0).ToArray();
        if (weights.Entries.Count != 3 * trained.Length)
            throw new InvalidDataException($"{checkpoint}: it has {weights.Entries.Count} tensors; this run trains {trained.Length} parameters, which are three each. It is another run's: choose another folder.");
        foreach (var parameter in trained)
        {
            parameter.MakeMoments();
            foreach (var (kind, tensor) in State3(parameter))
            {
                var name = kind + parameter.Name;
                if (!weights.Entries.TryGetValue(name, out var entry) || !entry.Shape.AsSpan().SequenceEqual(tensor.shape))
                    throw new InvalidDataException($"{checkpoint}: '{name}' is missing or has another shape. It is another run's: choose another folder.");
                tensor.copy_(weights.Read(name));
            }

            parameter.Finish();
        }

        var bestFile = Path.Combine(checkpoint, Best);
        using var kept = File.Exists(bestFile) ? WeightFiles.OpenFile(bestFile) : null;
        best.Set(
            json.RootElement.Find("metric") is { ValueKind: JsonValueKind.Number } m ? m.GetDouble() : null,
            json.RootElement.Find("since") is { ValueKind: JsonValueKind.Number } s && s.TryGetInt32(out var since) ? since : 0,
            kept?.Entries.Keys.ToDictionary(k => k, k => kept.Read(k).data<float>().ToArray(), StringComparer.Ordinal));
        return step;
    }

    private static Dictionary<string, Tensor> Entries(IReadOnlyList<TrainedParameter> parameters)
    {
        var entries = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var parameter in parameters.Where(p => p.Ranges.Count > 0))
        {
            parameter.MakeMoments();
            foreach (var (kind, tensor) in State3(parameter))
                entries.Add(kind + parameter.Name, tensor);
        }

        return entries;
    }

    private static (string Kind, Tensor Tensor)[] State3(TrainedParameter parameter) =>
        [("weight/", parameter.Master), ("first/", parameter.First!), ("second/", parameter.Second!)];

    private static long Number(string folder) =>
        long.TryParse(Path.GetFileName(folder).AsSpan(Start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
}
