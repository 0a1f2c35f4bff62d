namespace ML.Extensions.Benchmarks;

/// <summary>`dotnet run -c Release --project benchmarks -- NAME [args]`: one measurement, ending with RESULT lines.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is [] or ["list" or "--list" or "-h" or "--help"])
        {
            foreach (var benchmark in BenchmarkList.All)
                Console.WriteLine($"{benchmark.Name,-18}{benchmark.Description}");
            return 0;
        }

        var chosen = BenchmarkList.All.FirstOrDefault(b => b.Name == args[0]);
        if (chosen is null)
        {
            Console.Error.WriteLine(
                $"No benchmark is named '{args[0]}'. There are: {string.Join(", ", BenchmarkList.All.Select(b => b.Name))}.");
            return 2;
        }

        try
        {
            return chosen.Run(args[1..]);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }
}
