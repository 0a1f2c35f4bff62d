using System.Diagnostics;
using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>A training of the same architecture in PyTorch, in a process that runs steps when it is asked to.</summary>
internal sealed class TrainingPeer : IDisposable
{
    private readonly Process _process;

    private TrainingPeer(Process process, string name) => (_process, Name) = (process, name);

    /// <summary>What it runs on: torch's version and the libraries of its products.</summary>
    public string Name { get; }

    /// <summary>Starts it; null, with the reason, where it cannot run.</summary>
    /// <param name="python">Python's program.</param>
    /// <param name="lengths">Tokens of each text.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="bfloat16">Whether products are in bfloat16 (autocast).</param>
    /// <param name="reason">Why it cannot run.</param>
    public static TrainingPeer? Start(string python, IReadOnlyList<int> lengths, int threads, bool bfloat16, out string reason)
    {
        var script = Path.Combine(Repository.Root, "benchmarks", "Peers", "train_bert.py");
        var start = new ProcessStartInfo(python, [script, "--lengths", string.Join(',', lengths), "--threads", threads.ToString(CultureInfo.InvariantCulture), .. bfloat16 ? (string[])["--bfloat16"] : []])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        start.Environment.Remove("OPENBLAS_CORETYPE"); // it would choose older kernels than the processor's
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            reason = $"{python} does not start: {e.Message}";
            return null;
        }

        var line = process.StandardOutput.ReadLine() ?? "it ended without a word";
        if (line.StartsWith("ready ", StringComparison.Ordinal))
        {
            reason = "";
            return new(process, line["ready ".Length..]);
        }

        process.WaitForExit();
        process.Dispose();
        reason = $"{line}. On Debian: apt-get install python3-torch libopenblas0-pthread";
        return null;
    }

    /// <summary>Runs steps.</summary>
    /// <returns>The loss of the last one.</returns>
    public double Run(int steps)
    {
        _process.StandardInput.WriteLine(steps);
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended.");
        return double.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
