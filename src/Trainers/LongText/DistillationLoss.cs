namespace ML.Extensions.LongText;

/// <summary>How a student's vectors are compared with a teacher's.</summary>
public enum DistillationLoss
{
    /// <summary>1 - cosine.</summary>
    Cosine,

    /// <summary>Mean squared difference of the vectors as they are, before they get length 1.</summary>
    MeanSquared,

    /// <summary>KL divergence between each text's similarities to the others of its batch; dimensions may differ.</summary>
    Similarities,
}
