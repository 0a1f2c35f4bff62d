namespace ML.Extensions.AnsweringModel.Training;

/// <summary>How <see cref="AnsweringBatches"/> makes steps.</summary>
/// <param name="TokensPerStep">About how many tokens a step has.</param>
/// <param name="EasySteps">Number of first steps that are easy.</param>
/// <param name="ShortSteps">Number of first steps that have long contexts seldom; behind them every other step has.</param>
/// <param name="End">Id that ends an answer.</param>
/// <param name="Seed">Decides all contexts.</param>
internal sealed record BatchSettings(int TokensPerStep, long EasySteps, long ShortSteps, int End, int Seed);
