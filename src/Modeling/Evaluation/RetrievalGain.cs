namespace ML.Extensions.Evaluation;

/// <summary>What a judged grade g is worth in nDCG.</summary>
public enum RetrievalGain
{
    /// <summary>g itself, as in trec_eval, BEIR and MTEB.</summary>
    Linear,

    /// <summary>2^g - 1, as in Burges et al. 2005 and in ML.NET's own ranking metrics.</summary>
    Exponential,
}
