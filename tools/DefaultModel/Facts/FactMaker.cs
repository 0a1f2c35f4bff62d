namespace ML.Extensions.DefaultModel.Facts;

/// <summary>Makes groups of facts, each with a question of its own.</summary>
internal static class FactMaker
{
    /// <summary>Facts with different questions: half of the groups are of one kind, half of several.</summary>
    public static IReadOnlyList<Fact> Group(int count, Random random)
    {
        var one = random.Next(2) == 0 ? Kind(random) : null;
        var (facts, questions) = (new List<Fact>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        while (facts.Count < count)
        {
            var fact = Make(one ?? Kind(random), random);
            if (questions.Add(fact.Question))
                facts.Add(fact);
        }

        return facts;
    }

    /// <summary>A fact of a kind.</summary>
    public static Fact Make(FactTemplate template, Random random)
    {
        var slots = new FactSlots(random);
        var question = slots.Fill(template.Questions[random.Next(template.Questions.Count)]);
        return new(slots.Fill(template.Statements[random.Next(template.Statements.Count)]), random.Next(6) == 0 ? question.ToLowerInvariant().TrimEnd('?') : question);
    }

    private static FactTemplate Kind(Random random) => FactTemplates.All[random.Next(FactTemplates.All.Count)];
}
