namespace ML.Extensions.Tests.Conformance;

/// <summary>Positions and windows of LongEmbed's strategies, written a second time from the paper, in plain loops.</summary>
internal static class PlanOracle
{
    /// <summary>Position of token p of a text of L tokens; window W.</summary>
    public static double Position(string strategy, int p, int length, int window)
    {
        var s = 1;
        while (s * window < length)
            s++;
        switch (strategy)
        {
            case "gp":
                var group = 0;
                for (var q = s; q <= p; q += s)
                    group++;
                return group;
            case "rp":
                while (p >= window)
                    p -= window;
                return p;
            case "rp-skip":
                var at = 0;
                for (var q = 0; q < p; q++)
                    at = at == window - 1 ? 1 : at + 1;
                return at;
            case "pi":
                var x = 0.0;
                for (var q = 0; q < p; q++)
                    x += 1.0 / s;
                return x > window - 1 ? window - 1 : x;
            default:
                return p;
        }
    }

    /// <summary>First body token of each window: steps of c, the last window moved back to the end.</summary>
    public static List<int> WindowStarts(int body, int c)
    {
        var starts = new List<int>();
        var at = 0;
        while (true)
        {
            if (at + c >= body)
            {
                starts.Add(body > c ? body - c : 0);
                return starts;
            }

            starts.Add(at);
            at += c;
        }
    }
}
