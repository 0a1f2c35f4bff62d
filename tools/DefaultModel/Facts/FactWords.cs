namespace ML.Extensions.DefaultModel.Facts;

/// <summary>Words for the slots of facts, and syllables for words that nobody knows.</summary>
internal static class FactWords
{
    public static readonly string[] First =
    [
        "Aaron", "Abena", "Aiko", "Amara", "Anouk", "Arjun", "Astrid", "Beatriz", "Benedikt", "Callum", "Chiara", "Chinedu", "Dalia", "Declan", "Emre", "Esther",
        "Fatima", "Fergus", "Gwen", "Hamza", "Hanneke", "Ibrahim", "Imogen", "Isak", "Jorge", "Kenji", "Kwame", "Leila", "Ludmila", "Magnus", "Mei", "Moira",
        "Nadia", "Ngozi", "Odile", "Oskar", "Pilar", "Priya", "Rafael", "Rhiannon", "Rohan", "Saskia", "Selim", "Sunita", "Tariq", "Tomasz", "Ulrike", "Vikram", "Wei", "Yusuf", "Zofia", "Zainab",
    ];

    public static readonly string[] Last =
    [
        "Adeyemi", "Aldridge", "Banerjee", "Barros", "Beaumont", "Brandt", "Calloway", "Chaudhry", "Costa", "Dahl", "Delgado", "Diallo", "Eklund", "Farrell", "Ferrante", "Gallagher",
        "Haddad", "Hartmann", "Holm", "Iyer", "Jankowski", "Kamara", "Kaya", "Laurent", "Lim", "Macleod", "Mbeki", "Mendes", "Nakamura", "Nielsen", "Okafor", "Osei", "Papadakis",
        "Pereira", "Rahman", "Reyes", "Sandoval", "Sato", "Sharma", "Silva", "Sokolova", "Strand", "Tesfaye", "Thorne", "Varga", "Vogel", "Whitaker", "Yamada", "Zeller", "Zielinski",
    ];

    public static readonly string[] Things =
    [
        "anchor", "archive", "bell", "bicycle pump", "boiler", "camera", "cash register", "clock", "compass", "cradle", "drill", "elevator", "fountain", "furnace", "gate", "generator", "globe",
        "harness", "kettle", "ladder", "lantern", "lighthouse", "loom", "microscope", "mirror", "oven", "parachute", "pendulum", "printer", "projector", "radio", "remote control", "sail", "scale",
        "sewing machine", "shelter", "socket", "statue", "stove", "stream", "tank", "telescope", "tent", "theatre", "tower", "tractor", "trumpet case", "turbine", "typewriter", "umbrella", "valve", "windmill", "workbench",
    ];

    public static readonly string[] Goods =
    [
        "almonds", "batteries", "bricks", "buttons", "candles", "carpets", "chairs", "coins", "envelopes", "files", "gloves", "hats", "helmets", "keyboards", "lemons", "letters", "magnets", "maps",
        "messages", "needles", "notebooks", "onions", "orders", "oysters", "pencils", "pillows", "postcards", "records", "ropes", "seeds", "shirts", "spoons", "stamps", "tiles", "towels", "tulips", "violins", "wheels",
    ];

    public static readonly string[] Adjectives =
    [
        "ancient", "bent", "brass", "bright", "broad", "carved", "cheap", "clever", "crooked", "dusty", "enormous", "fragile", "gilded", "heavy", "hollow", "humble", "narrow", "noisy", "odd",
        "painted", "patient", "portable", "quiet", "round", "rusty", "shy", "silent", "slender", "solid", "spare", "striped", "sturdy", "tiny", "towering", "waterproof", "wooden",
    ];

    public static readonly string[] Colours = ["amber", "beige", "black", "brown", "copper", "crimson", "grey", "ivory", "lilac", "maroon", "orange", "pink", "purple", "silver", "turquoise", "violet", "white"];
    public static readonly string[] Vehicles = ["bus", "canoe", "car", "cart", "lorry", "moped", "motorcycle", "pickup", "scooter", "sledge", "taxi", "tram", "van"];
    public static readonly string[] Jobs = ["accountant", "archivist", "auditor", "baker", "captain", "caretaker", "chairwoman", "curator", "director", "gardener", "head cook", "lawyer", "librarian", "pilot", "secretary", "surgeon", "surveyor", "treasurer", "vet"];
    public static readonly string[] Instruments = ["accordion", "bagpipe", "banjo", "bassoon", "cello", "clarinet", "drum", "flute", "harp", "lute", "mandolin", "oboe", "organ", "sitar", "trombone", "tuba", "zither"];
    public static readonly string[] Trees = ["alder", "ash", "beech", "birch", "cedar", "chestnut", "elm", "fig", "hazel", "juniper", "larch", "lime", "maple", "oak", "olive", "pear", "pine", "poplar", "willow", "yew"];
    public static readonly string[] Animals = ["badger", "beetle", "crane", "deer", "dog", "eel", "falcon", "frog", "goat", "hare", "hen", "heron", "lizard", "moth", "otter", "owl", "pigeon", "seal", "spider", "toad", "trout", "weasel"];
    public static readonly string[] Foods = ["barley soup", "beans", "beetroot", "carrots", "cod", "couscous", "dumplings", "eggs", "goat cheese", "honey", "leeks", "lentils", "mushrooms", "noodles", "olives", "pancakes", "peas", "pickles", "plums", "polenta", "rice", "rye bread", "sardines", "walnuts", "yoghurt"];
    public static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    public static readonly string[] Firms = ["and Daughters", "Bank", "Brothers", "College", "Dairy", "Foundry", "Gallery", "Hospital", "Institute", "Library", "Mills", "Museum", "Opera", "Press", "Shipping", "Systems", "Trust", "Works"];
    public static readonly string[] Verbs = ["Append", "Bind", "Close", "Count", "Drain", "Encode", "Fetch", "Flush", "Lock", "Measure", "Merge", "Open", "Parse", "Poll", "Prune", "Replay", "Resolve", "Rotate", "Scan", "Seal", "Split", "Sweep", "Trim", "Watch"];
    public static readonly string[] Nouns = ["Buffer", "Channel", "Cursor", "Digest", "Filter", "Frame", "Index", "Journal", "Ledger", "Mapper", "Packet", "Queue", "Reader", "Registry", "Schema", "Session", "Shard", "Store", "Token", "Writer"];
    public static readonly string[] Onsets = ["b", "br", "c", "d", "dr", "f", "g", "gl", "h", "j", "k", "l", "m", "n", "p", "pr", "qu", "r", "s", "sh", "st", "t", "th", "tr", "v", "w", "y", "z"];
    public static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ai", "ea", "ei", "ia", "ou"];
    public static readonly string[] Codas = ["", "", "", "l", "m", "n", "r", "s", "x", "ck", "nd", "rd", "sk", "th"];
}
