using System.Runtime.CompilerServices;

namespace ML.Extensions.Generation;

/// <summary>What a rendering may spend: steps, characters and list items that it makes, levels of calls. A template is untrusted.</summary>
internal sealed class TemplateBudget
{
    private const int MostSteps = 5_000_000, CharactersAStep = 8, MostCalls = 50;

    private int _calls;
    private long _steps = MostSteps;

    /// <summary>Throws where the thread's stack is nearly used up: long chains of operators nest as deep as they are long.</summary>
    /// <exception cref="TemplateError">It is.</exception>
    public static void CheckStack(int line)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TemplateError(line, "expressions or values nest too deep.");
    }

    /// <summary>Spends a step.</summary>
    /// <exception cref="TemplateError">Nothing is left, or the stack is nearly used up.</exception>
    public void Spend(int line)
    {
        CheckStack(line);
        SpendSteps(line, 1);
    }

    /// <summary>Spends what a text of so many characters, or eight times as many list items, costs; before it is made.</summary>
    /// <exception cref="TemplateError">Nothing is left.</exception>
    public void SpendText(int line, long characters) => SpendSteps(line, 1 + (characters / CharactersAStep));

    /// <summary>Spends what a list of so many items costs; before it is made.</summary>
    /// <exception cref="TemplateError">Nothing is left.</exception>
    public void SpendItems(int line, long items) => SpendSteps(line, 1 + items);

    /// <summary>Goes into a macro's call, or a value inside of a value.</summary>
    /// <exception cref="TemplateError">It is too deep.</exception>
    public void Enter(int line)
    {
        if (++_calls > MostCalls)
            throw new TemplateError(line, $"calls or values nest deeper than {MostCalls} levels.");
    }

    /// <summary>Comes back.</summary>
    public void Leave() => _calls--;

    private void SpendSteps(int line, long steps)
    {
        if ((_steps -= steps) < 0)
            throw new TemplateError(line, $"it takes more than {MostSteps} steps, or makes texts of more than {(long)MostSteps * CharactersAStep} characters in all.");
    }
}
