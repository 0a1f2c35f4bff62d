using ML.Extensions.Attention;
using ML.Extensions.Encoders;
using ML.Extensions.Positions;

namespace ML.Extensions.LongText;

/// <summary>What a strategy does to one sequence beyond the window. Pure arithmetic. Source: LongEmbed, arXiv 2404.12096, section 4, table 6.</summary>
internal static class ExtendedSequence
{
    /// <summary>The sequence with the strategy's positions, rotations or SelfExtend.</summary>
    /// <param name="extension">Strategy; neither auto, none nor pcw.</param>
    /// <param name="sequence">Its ids, [n].</param>
    /// <param name="window">L, trained window.</param>
    /// <param name="kind">How the model knows the order of tokens.</param>
    public static TextSequence Of(ContextExtension extension, TextSequence sequence, int window, PositionKind kind)
    {
        var total = sequence.Ids.Length;
        var s = (total + window - 1) / window;
        TextSequence Places(Func<int, float> rule) => sequence with { Positions = [.. Enumerable.Range(0, total).Select(rule)] };
        TextSequence Turned(RotaryChange change) => sequence with { Rotary = change };
        var last = kind == PositionKind.Absolute ? window - 1 : float.PositiveInfinity; // a table ends
        return extension switch
        {
            ContextExtension.GroupedPositionsExtension gp => Places(p => p / (gp.Factor ?? s)),
            ContextExtension.RecurrentPositionsExtension rp => Places(p => Recurrent(p, window, rp.SkipFirst)),
            ContextExtension.PositionInterpolationExtension pi => Places(p => Math.Min(last, (float)((double)p / (pi.Factor ?? s)))),
            ContextExtension.PlainExtension => sequence,
            ContextExtension.NtkExtension ntk => Turned(new RotaryChange.LargerBase(ntk.Lambda ?? Lambda(s))),
            ContextExtension.NtkAwareExtension ntk => Turned(new RotaryChange.NtkAware(ntk.Factor ?? s)),
            ContextExtension.DynamicNtkExtension ntk => Turned(new RotaryChange.Form(new DynamicScaling(ntk.Factor, window))),
            ContextExtension.YarnExtension yarn => Turned(new RotaryChange.Form(new YarnScaling(yarn.Factor ?? s, window))),
            ContextExtension.LongRopeExtension { Factors: null } => sequence,
            ContextExtension.LongRopeExtension { Factors: { } factors } => Turned(new RotaryChange.Form(
                new LongRopeScaling([.. factors], [.. factors], window, LongRopeScaling.Attention(s, window)))),
            ContextExtension.SelfExtendExtension se => sequence with { SelfExtend = Window(se, window, total) },
            _ => throw new InvalidOperationException($"The extension '{extension.Name}' gives no positions."),
        };
    }

    /// <summary>LongEmbed's λ: 3, 5 and 10 for s up to 2, 4 and 8, doubling from there on.</summary>
    public static double Lambda(int s)
    {
        if (s <= 1)
            return 1;
        var power = 2;
        while (power < s)
            power *= 2;
        return power switch { 2 => 3, 4 => 5, _ => 1.25 * power };
    }

    private static SelfExtendWindow Window(ContextExtension.SelfExtendExtension se, int window, int total)
    {
        var usual = SelfExtendWindow.For(window, total);
        var near = Math.Min(se.Window ?? usual.Neighbours, window);
        if (se.Group is { } group)
            return new(group, near);
        if (se.Window is null)
            return usual;
        return new(near == window ? usual.Group : (total - near + window - near - 1) / (window - near), near); // the least that fits
    }

    private static int Recurrent(int position, int window, bool skipFirst) =>
        !skipFirst || position < window ? position % window : 1 + ((position - window) % (window - 1));
}
