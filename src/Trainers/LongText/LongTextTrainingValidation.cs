using Microsoft.ML;

namespace ML.Extensions.LongText;

/// <summary>Rows that are not trained on. Training ends early when their metric no longer grows, and the best weights are kept.</summary>
/// <param name="Data">Data with the columns that training has.</param>
/// <remarks>The metric: mean reciprocal rank for pairs, Spearman's correlation for scored pairs, else the negative loss, of answers too.</remarks>
public sealed record LongTextTrainingValidation(IDataView Data)
{
    /// <summary>Steps from one validation to the next.</summary>
    /// <value>Default: 100.</value>
    public int Every
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Every), value, "Every must be at least 1.");
    } = 100;

    /// <summary>Validations without a better metric after which training ends.</summary>
    /// <value>Default: 3.</value>
    public int Patience
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Patience), value, "Patience must be at least 1.");
    } = 3;
}
