namespace ML.Extensions.DefaultModel.Facts;

/// <summary>Kinds of facts, wider than any test's: records and codes, who did what, where and when, amounts, properties, interfaces. All are invented.</summary>
internal static class FactTemplates
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<FactTemplate> All { get; } =
    [
        // Records and codes.
        Of(["Locker {code} belongs to {who}.", "{who} keeps everything in locker {code}. Nobody else may open {code}.", "Note: {who}, locker {code}."],
            ["which locker belongs to {who}", "Where does {who} keep things?", "{who} locker"]),
        Of(["The badge of {who} reads {code}.", "{who} wears badge {code} at work. Badge {code} was handed to {who}."], ["What does the badge of {who} say?", "badge number {who}"]),
        Of(["Invoice {code} was sent to {firm} for {n} crowns.", "{firm} owes {n} crowns under invoice {code}."], ["Which invoice went to {firm}?", "How much does {firm} owe?", "invoice {firm}"]),
        Of(["The dial-in for {firm} is {n}.", "Reach {firm} at extension {n}. Do ask for {who}."], ["At which extension is {firm} reached?", "{firm} phone extension"]),
        Of(["{firm} files its {thing} under shelf mark {code}.", "Shelf mark {code} holds the {thing} of {firm}."], ["Under which shelf mark is the {thing} of {firm} filed?", "shelf mark {firm} {thing}"]),
        Of(["The serial of the {adjective} {thing} in {place} is {code}.", "In {place} stands a {adjective} {thing}, serial {code}."], ["Which serial has the {thing} in {place}?", "serial of {place}'s {adjective} {thing}"]),
        Of(["{who}'s secret word is {word}. Write it down: {word}.", "To let {who} in, say {word}.", "The door opens for {who} at the word {word}; only {who} says {word}."],
            ["Which word lets {who} in?", "secret word of {who}", "What must be said to open up for {who}?"]),
        Of(["{who} drives a {colour} {vehicle} with plate {code}.", "Plate {code} is on the {colour} {vehicle} of {who}."], ["Which plate is on {who}'s {vehicle}?", "What does {who} drive?"]),
        Of(["Ticket {code}: {who} reports that the {thing} is broken.", "{who} opened ticket {code} about a broken {thing}."], ["What did {who} report?", "ticket opened by {who}"]),
        Of(["Combination for {who}: {n}, then {m}.", "{who} turns the dial to {n} and {m}."], ["How does {who} turn the dial?", "combination used by {who}"]),

        // Who did what.
        Of(["{who} repaired the {thing} in {place}.", "It was {who} who mended {place}'s {thing} in the end."], ["Who repaired the {thing} in {place}?", "Who mended {place}'s {thing}?"]),
        Of(["{who} became {job} of {firm}.", "{firm} made {who} its {job}."], ["Who is the {job} of {firm}?", "What did {who} become?", "{firm} {job}"]),
        Of(["{who} taught {who2} to play the {instrument}.", "{who2} learnt the {instrument} from {who}."], ["Who taught {who2} the {instrument}?", "From whom did {who2} learn?"]),
        Of(["{who} sold {n} {goods} to {who2}.", "{who2} bought {n} {goods} from {who}."], ["What did {who} sell to {who2}?", "Who bought {goods} from {who}?"]),
        Of(["{who} invented a {adjective} {thing} that folds.", "The folding {thing}, {adjective} as it is, was {who}'s idea."], ["Whose idea was the {adjective} folding {thing}?", "What did {who} invent?"]),
        Of(["We agreed that {who} writes the report on {goods}.", "{who} said she would take over the {goods} report. Everybody nodded."], ["Who writes the report about {goods}?", "What will {who} take over?"]),
        Of(["{who} voted against the budget because of the {thing}.", "Because of the {thing}, {who} could not accept the budget."], ["Why did {who} vote against the budget?", "{who} and the budget"]),
        Of(["After lunch {who} suggested a {adjective} {thing} for {place}.", "{who} would rather give {place} a {adjective} {thing}."], ["What did {who} suggest for {place}?", "suggestion of {who}"]),

        // Where and when.
        Of(["{who} was born in {place} in {year}.", "In {year} {who} came into the world, in {place}."], ["Where and when was {who} born?", "birthplace of {who}", "In which year was {who} born?"]),
        Of(["The {adjective} {thing} of {place} was built in {year}.", "{year} saw the {adjective} {thing} rise over {place}."], ["How old is the {adjective} {thing} of {place}?", "When did {place} get its {thing}?"]),
        Of(["The ferry to {place} leaves on {day} at {hour}.", "On {day} at {hour} a ferry sails for {place}."], ["When does one sail for {place}?", "ferry {place} time"]),
        Of(["The meeting about {goods} is on {day} in {place}.", "On {day} everybody meets in {place} to talk about {goods}."], ["Where is the meeting about {goods}?", "When do they talk about {goods}?"]),
        Of(["{who} buried the {thing} under a {tree} near {place}.", "Under the {tree} outside {place} lies {who}'s {thing}."], ["Where did {who} bury the {thing}?", "What lies near {place}?"]),
        Of(["{who} moved from {place} to {place2} in {year}.", "Since {year} {who} has lived in {place2}, no longer in {place}."], ["Where does {who} live now?", "When did {who} leave {place}?"]),
        Of(["The deadline of {firm} is {day}, {hour}.", "{firm} wants everything by {hour} on {day}."], ["By when does {firm} want it?", "deadline {firm}"]),

        // Amounts and properties.
        Of(["{place} has {n} inhabitants and {m} {goods}.", "Counted last year: {n} people and {m} {goods} in {place}."], ["How many people live in {place}?", "population of {place}", "How many {goods} are there in {place}?"]),
        Of(["The {thing} from {place} weighs {n} grams.", "At {n} grams the {place} {thing} is a light one."], ["How heavy is the {thing} from {place}?", "weight {place} {thing}"]),
        Of(["The bridge of {place} is {n} steps long.", "It takes {n} steps to cross the bridge in {place}."], ["How many steps lead over {place}'s bridge?", "length of {place}'s bridge"]),
        Of(["{word} is a {colour} mineral from {place}.", "Miners near {place} dig for {word}, which is {colour}."], ["What colour has {word}?", "Where is {word} dug?"]),
        Of(["A {word} is a {adjective} kind of {animal}.", "People call the {adjective} {animal} a {word}."], ["What is a {word}?", "What are {adjective} {animal}s called?"]),
        Of(["{who} likes {food} with {food2} best.", "If {who} may choose, it is {food} and {food2}."], ["What does {who} like to eat?", "favourite dish of {who}"]),
        Of(["{word} melts at {n} degrees.", "Heat {word} to {n} degrees and it runs."], ["When does {word} melt?", "melting point {word}"]),
        Of(["The team of {place} beat {place2} by {n} to {m}.", "{place2} lost to {place}, {n} to {m}."], ["How did {place} play against {place2}?", "score {place} {place2}"]),

        // Interfaces.
        Of(["{api} throws when the {thing} is closed.", "Do not call {api} on a closed {thing}; it throws."], ["When does {api} throw?", "{api} error"]),
        Of(["{api} returns the number of {goods} in a batch.", "To count the {goods} of a batch, call {api}."], ["What does {api} return?", "How can I count {goods}?"]),
        Of(["Set {option} to {n} to limit retries of {api}.", "{api} reads {option}; its default is {n}."], ["What is {option} by default?", "Which option does {api} read?"]),
        Of(["Version {m} renamed {api} to {api2}.", "{api2} was known as {api} before version {m}."], ["What is the new name of {api}?", "old name of {api2}"]),
        Of(["{api} is not safe for several threads; lock the {thing} first.", "Several threads may not share {api}. Lock your {thing}."], ["Can threads share {api}?", "{api} thread safety"]),
    ];

    private static FactTemplate Of(string[] statements, string[] questions) => new(statements, questions);
}
