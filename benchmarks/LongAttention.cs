using System.Diagnostics;
using System.Globalization;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: one text of 32,768 tokens goes through in one pass, in memory that grows with the length, not its square.</summary>
internal static class LongAttention
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "lengths", "child");
        if (arguments.Number("child", 0) is > 0 and var length)
            return Child(length);
        var fields = new List<(string, object)>();
        foreach (var l in arguments.Numbers("lengths", "4096,8192,16384,32768"))
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(typeof(LongAttention).Assembly.Location);
            foreach (var argument in new[] { "long-attention", "--child", l.ToString(CultureInfo.InvariantCulture) })
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"The child for {l} tokens ended with {process.ExitCode}.");
            Console.Write(output);
            var numbers = output.Trim().Split(' ').Select(n => double.Parse(n.Split('=')[1], CultureInfo.InvariantCulture)).ToArray();
            fields.AddRange([($"s_{l}", numbers[1]), ($"mib_{l}", numbers[2]), ($"grown_{l}", numbers[3])]);
        }

        ResultLine.Write("long-attention", [.. fields]);
        return 0;
    }

    private static int Child(int length)
    {
        using var checkpoint = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        using var encoder = TextEncoders.Create(checkpoint.Config, checkpoint.Weights, Precision.Float32, ComputeDevice.Cpu, checkpoint.Name);
        Encode(encoder, 512);
        var before = Peak();
        var watch = Stopwatch.StartNew();
        Encode(encoder, length);
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tokens={length} seconds={seconds:F2} peak_mib={Peak():F0} grown_mib={Peak() - before:F0}"));
        return 0;
    }

    private static void Encode(TextEncoder encoder, int length)
    {
        var random = new Random(1);
        int[] ids = [101, .. Enumerable.Range(0, length - 2).Select(_ => random.Next(1_996, 30_000)), 102];
        float[] positions = [.. Enumerable.Range(0, length).Select(p => p * (encoder.Config.Window - 1f) / (length - 1))];
        using var states = encoder.Encode(new(ids, [length]) { Positions = positions }, EncoderOutput.AllTokens);
    }

    private static double Peak()
    {
        if (!OperatingSystem.IsLinux())
            return Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) / 1024;
    }
}
