using System.Diagnostics;
using System.Globalization;
using ML.Extensions.Attention;
using ML.Extensions.NativeLibraries;
using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Claim: SelfExtend takes at most 1.5 times the time of libtorch's flash attention at the same length, and at most 1.3
/// times its peak memory. 12 heads of 64, bidirectional; time with warm-up, rivals in turn; memory in processes of their
/// own, as what the peak grows by, inputs and output included.
/// </summary>
internal static class SelfExtend
{
    private const int Heads = 12, Width = 64, TrainedWindow = 512;

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "lengths", "backward", "rounds", "child", "rival");
        NativeTorch.EnsureLoaded();
        if (arguments.Number("child", 0) is > 0 and var child)
            return Child(child, arguments.Text("rival", "flash"));
        var lengths = arguments.Numbers("lengths", "16384,32768");
        var rounds = arguments.Number("rounds", 5);
        var fields = new List<(string, object)>();
        foreach (var length in lengths)
            fields.Add(($"time_{length}", Ratio(Time(length, rounds, backward: false))));
        foreach (var length in lengths)
            fields.Add(($"memory_{length}", Ratio(Grown(length, "self-extend") / Grown(length, "flash"))));
        foreach (var length in arguments.Numbers("backward", "16384"))
            fields.Add(($"backward_{length}", Ratio(Time(length, Math.Min(rounds, 3), backward: true))));
        ResultLine.Write("self-extend", [.. fields]);
        return 0;
    }

    /// <summary>Seconds of SelfExtend over those of flash attention; backward alone, or forward.</summary>
    private static double Time(int length, int rounds, bool backward)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (q, k, v) = Inputs(length);
        var turns = Turns(length);
        var (flash, flashSums) = Flash(q, k, v);
        var (extended, sums) = SelfExtendAttention.Attend(q, k, v, turns, causal: false, Scale);
        var run = new Interleaved($"{length}{(backward ? " back" : "")}", rounds, 1);
        run.Add("flash", () =>
        {
            using var inner = NewDisposeScope();
            if (backward)
                FlashAttention.Backward(flash, q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0), flash, flashSums, false, Scale);
            else
                Flash(q, k, v);
        });
        run.Add("self-extend", () =>
        {
            using var inner = NewDisposeScope();
            if (backward)
                SelfExtendAttention.Backward(extended, q, k, v, extended, sums, turns, causal: false, Scale);
            else
                SelfExtendAttention.Attend(q, k, v, turns, causal: false, Scale);
        });
        run.Measure();
        return run.Speedup("flash", "self-extend");
    }

    private static double Scale => 1 / Math.Sqrt(Width);

    private static (Tensor Q, Tensor K, Tensor V) Inputs(int length)
    {
        using var generator = new Generator(1);
        Tensor Random() => randn([Heads, length, Width], generator: generator);
        return (Random(), Random(), Random());
    }

    private static SelfExtendTurns Turns(int length) => new(
        SelfExtendWindow.For(TrainedWindow, length), new DefaultScaling().At(Width, 10_000, length), false, length, CPU, ScalarType.Float32);

    private static (Tensor Output, Tensor Sums) Flash(Tensor q, Tensor k, Tensor v) =>
        FlashAttention.Attend(q.unsqueeze(0), k.unsqueeze(0), v.unsqueeze(0), false, Scale);

    private static double Grown(int length, string rival)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(SelfExtend).Assembly.Location);
        foreach (var argument in new[] { "self-extend", "--child", length.ToString(CultureInfo.InvariantCulture), "--rival", rival })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The child for {length} tokens ended with {process.ExitCode}.");
        Console.Write(output);
        return double.Parse(output.Trim().Split(' ')[^1].Split('=')[1], CultureInfo.InvariantCulture);
    }

    private static int Child(int length, string rival)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Once(2 * TrainedWindow, rival); // libtorch, scripts and threads are there before
        var before = Peak();
        Once(length, rival);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tokens={length} rival={rival} peak_mib={Peak():F0} grown_mib={Peak() - before:F0}"));
        return 0;
    }

    private static void Once(int length, string rival)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = Inputs(length);
        if (rival == "flash")
            Flash(q, k, v);
        else
            SelfExtendAttention.Attend(q, k, v, Turns(length), causal: false, Scale);
    }

    private static double Peak()
    {
        if (!OperatingSystem.IsLinux())
            return Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) / 1024;
    }

    private static string Ratio(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);
}
