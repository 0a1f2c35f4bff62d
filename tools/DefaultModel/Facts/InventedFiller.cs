namespace ML.Extensions.DefaultModel.Facts;

/// <summary>Small talk to hide facts in: a few short sentences that come again and again.</summary>
internal static class InventedFiller
{
    private static readonly string[] Subjects =
    [
        "A dog", "A neighbour", "Another train", "Every morning somebody", "My aunt", "Nobody", "One of the twins", "Our landlord", "Somebody", "That old radio", "The baker's cat", "The postman",
        "The kettle", "The choir", "The wind", "Their garden", "These shoes", "This house", "Two pigeons", "Your letter",
    ];

    private static readonly string[] Ends =
    [
        "arrived late", "came by again", "fell asleep", "has not changed", "is waiting outside", "likes the rain", "looked happy", "made some noise", "stayed for tea", "stood by the window", "turned left",
        "waited for the bus", "walked home slowly", "was here yesterday", "went quiet", "will be back soon", "worked all night", "needs some paint", "forgot the umbrella", "sounded tired",
    ];

    private static readonly string[] Short =
    [
        "And so on.", "As before.", "It goes on like this.", "Let us see.", "More of that later.", "Nothing new.", "Not much happened.", "Once more from the start.", "So it was.", "That is all.", "Then it was evening.", "Well, well.",
        "Who would have thought so?", "Winter came early.", "You know how it is.",
    ];

    /// <summary>Three to eight sentences to repeat.</summary>
    public static IReadOnlyList<string> Sentences(Random random) => [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.Next(4) == 0
        ? Short[random.Next(Short.Length)]
        : $"{Subjects[random.Next(Subjects.Length)]} {Ends[random.Next(Ends.Length)]}.")];
}
