using System.CommandLine;
using ML.Extensions.Generation;

namespace ML.Extensions.Tool;

/// <summary>How tokens are chosen, as the command line says it.</summary>
internal sealed class SamplingArguments
{
    private readonly Option<double> _temperature = new("--temperature") { Description = "0 takes the likeliest token each time." };
    private readonly Option<int?> _topK = new("--top-k") { Description = "Draws among the k likeliest tokens." };
    private readonly Option<double?> _topP = new("--top-p") { Description = "Draws among the likeliest tokens that together reach this probability." };
    private readonly Option<double?> _minP = new("--min-p") { Description = "Draws among tokens with at least this share of the likeliest one's probability." };
    private readonly Option<double> _repetition = new("--repetition-penalty") { Description = "Above 1, tokens that were there before are less likely.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _seed = new("--seed") { Description = "The same seed gives the same answer." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _temperature, _topK, _topP, _minP, _repetition, _seed })
            command.Add(option);
    }

    /// <summary>What was given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public SamplingOptions Read(ParseResult parsed) => new()
    {
        Temperature = parsed.GetValue(_temperature),
        TopK = parsed.GetValue(_topK),
        TopP = parsed.GetValue(_topP),
        MinP = parsed.GetValue(_minP),
        RepetitionPenalty = parsed.GetValue(_repetition),
        Seed = parsed.GetValue(_seed),
    };
}
