using static TorchSharp.torch;

namespace ML.Extensions.AnsweringModel.Training;

/// <summary>
/// Puts into random weights what a decoder needs longest to find: how to copy. A head of the first layer looks at the token before and
/// notes a code of it; three heads of the second look for the place where the code of their own token was noted, and copy the token
/// that stands there. They share the words' dimensions. All else, and these weights too, is learned. Source of the idea: induction heads,
/// arXiv 2209.11895.
/// </summary>
/// <remarks>
/// The residual's dimensions: the words' own first, then the code of the token before, then one that is the same for all tokens, from which
/// the first head makes a query and a key that differ by one position.
/// </remarks>
internal static class CopyingStart
{
    private const int Code = DecoderShape.HeadWidth, Copiers = 3, Own = Copiers * DecoderShape.HeadWidth, Constant = Own + Code;
    private const int Turning = 4;

    // So that a head's weights at the right place are e^5 to e^10 times those elsewhere.
    private const double Before = 2.8, Same = 1.5;

    /// <summary>Changes weights that are the start's.</summary>
    /// <param name="weights">All weights by name.</param>
    /// <param name="words">Deviation of the word table.</param>
    public static void Apply(IReadOnlyDictionary<string, Tensor> weights, double words)
    {
        const string first = "model.layers.0.self_attn.", second = "model.layers.1.self_attn.";
        var table = weights["model.embed_tokens.weight"];
        table[.., Own..].mul_(0.1);
        table[.., Constant].fill_(2 * words);
        var code = weights[first + "v_proj.weight"][..Code, ..Own].clone();
        LookBefore(weights[first + "q_proj.weight"], weights[first + "k_proj.weight"]);
        weights[first + "v_proj.weight"][..Code, Own..].zero_();
        Pass(weights[first + "o_proj.weight"], Own, 0, 0.75 * words);
        var (query, key, value, output) = (
            weights[second + "q_proj.weight"], weights[second + "k_proj.weight"], weights[second + "v_proj.weight"], weights[second + "o_proj.weight"]);
        for (var at = 0; at < Own; at += Code)
        {
            query[at..(at + Code)].zero_();
            query[at..(at + Code), ..Own].copy_(code.mul(Same));
            key[at..(at + Code)].zero_();
            value[at..(at + Code)].zero_();
            for (var i = 0; i < Code; i++)
            {
                key[at + i, Own + i].fill_(Same);
                value[at + i, at + i].fill_(1);
            }

            Pass(output, at, at, 1.75 * words);
        }
    }

    /// <summary>A query of the constant alone, and a key that is turned one position further: they meet where the key's token stands before the query's.</summary>
    private static void LookBefore(Tensor query, Tensor key)
    {
        query[..Code].zero_();
        key[..Code].zero_();
        for (var j = 0; j < Turning; j++)
        {
            var angle = Math.Pow(DecoderShape.RotaryBase, -2.0 * j / Code);
            query[j, Constant].fill_(Before);
            key[j, Constant].fill_(Before * Math.Cos(angle));
            key[j + (Code / 2), Constant].fill_(Before * Math.Sin(angle));
        }
    }

    /// <summary>Writes a head's values into dimensions of the residual, and nowhere else.</summary>
    private static void Pass(Tensor output, int to, int from, double gain)
    {
        output[.., from..(from + Code)].zero_();
        for (var i = 0; i < Code; i++)
            output[to + i, from + i].fill_(gain);
    }
}
