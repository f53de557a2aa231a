using System.CommandLine;
using System.Globalization;
using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>The command line: which cells, how long, and where the table goes.</summary>
sealed class PeerOptions(ParseResult parsed)
{
    const string Unnamed = "bench/Results/peers-<time>.md";

    // What a run of a few minutes measures.
    const string Works = "step,forward", Models = "basic,deep", Dataset = "cifar100", Kernel = "3", Batch = "32", Threads = "1,2";

    static readonly Option<string[]> s_dataset = List("--dataset", "The sizes of images.", Dataset, "mnist", "lfw", "cifar100");
    static readonly Option<string[]> s_model = List("--model", "The models.", Models, "basic", "deep");
    static readonly Option<string[]> s_work = List("--work", "A training step, or the forward pass alone.", Works, "step", "forward");
    static readonly Option<string[]> s_kernel = List("--kernel", "The side of the windows (deep).", Kernel, "3", "5");
    static readonly Option<string[]> s_batch = List("--batch", "Images a step.", Batch);
    static readonly Option<string[]> s_threads = List("--threads", "Threads of each side.", Threads);
    static readonly Option<bool> s_full = new("--full")
    {
        Description = "Every data set, model and kernel, batches of 32 and 128, where no other choice is given; takes an hour or two.",
    };

    static readonly Option<int> s_steps = new("--steps") { HelpName = "N", Description = "The most rounds of a cell; both sides have a turn a round.", DefaultValueFactory = _ => 30 };
    static readonly Option<double> s_seconds = new("--seconds") { HelpName = "X", Description = "After this, and 5 rounds, a cell begins no new round.", DefaultValueFactory = _ => 6 };
    static readonly Option<bool> s_noMemory = new("--no-memory") { Description = "Leave out peak memory, for which each side runs in a process of its own." };
    static readonly Option<string?> s_wait = Choice(
        "--wait", "How libtorch's threads wait: by default they spin, which is best on a quiet machine. [default: by how busy it is]", "default", "passive");

    static readonly Option<string?> s_allocator = Choice(
        "--allocator", "The C library's allocator while ours and the best are timed: huge pages, and memory kept, or as it is. [default: huge]", "huge", "default");

    static readonly Option<string?> s_pair = Choice(
        "--pair", "Run the first cell in this process: ours and this side in turns, for the times as JSON.", "best", "usual");

    static readonly Option<string?> s_only = Choice(
        "--only", "Run the first cell in this process: one side alone, for its peak memory in MB.", "ours", "best", "usual");

    static readonly Option<string?> s_form = new("--form") { HelpName = "WORDS", Description = "libtorch's best form, as a table names it. [default: all are tried]" };
    static readonly Option<string?> s_out = new("--out") { HelpName = "FILE", Description = $"Where the table is written. [default: {Unnamed}]" };

    /// <summary>All options.</summary>
    public static IEnumerable<Option> All =>
    [
        s_dataset, s_model, s_work, s_kernel, s_batch, s_threads, s_full, s_steps, s_seconds, s_noMemory, s_wait, s_allocator, s_pair, s_only, s_form, s_out,
    ];

    /// <summary>The cells asked for.</summary>
    public IEnumerable<Cell> Cells =>
        from work in Of<Work>(s_work, Works, Works)
        from model in Of<ModelKind>(s_model, Models, Models)
        from kernel in model == ModelKind.Basic ? [3] : Numbers(s_kernel, Kernel, "3,5")
        from dataset in Given(s_dataset, Dataset, "mnist,lfw,cifar100")
        from batch in Numbers(s_batch, Batch, "32,128")
        from threads in Numbers(s_threads, Threads, Threads)
        select new Cell(dataset, model, kernel, batch, threads, work);

    /// <summary>How much to measure; a machine whose threads spin gets time to quieten between turns.</summary>
    public Effort Effort => new(
        parsed.GetValue(s_steps),
        parsed.GetValue(s_seconds),
        TimeSpan.FromMilliseconds(Environment.GetEnvironmentVariable(ChildProcess.WaitVariable) == "passive" ? 1 : 30));

    /// <summary>Whether peak memory is measured.</summary>
    public bool Memory => !parsed.GetValue(s_noMemory);

    /// <summary>Which side to time beside ours in this process; null for none.</summary>
    public Side? Pair => Sided(s_pair);

    /// <summary>Which side to run alone in this process; null for none.</summary>
    public Side? Only => Sided(s_only);

    /// <summary>libtorch's best form; null to find it.</summary>
    public TorchForm? Form => parsed.GetValue(s_form) is { } text ? TorchForm.Parse(text) : null;

    /// <summary>Whether libtorch's threads are to wait without spinning; null to decide by the machine's load.</summary>
    public bool? Passive => parsed.GetValue(s_wait) is { } word ? word == "passive" : null;

    /// <summary>Whether the C library is asked for huge pages while ours and the best are timed.</summary>
    public bool HugePages => parsed.GetValue(s_allocator) != "default";

    /// <summary>Where the table goes; null if no place is named.</summary>
    public string? Out => parsed.GetValue(s_out);

    /// <summary>The options for a process that measures one cell.</summary>
    public string[] Measuring => ["--steps", Text(parsed.GetValue(s_steps)), "--seconds", Text(parsed.GetValue(s_seconds))];

    IEnumerable<T> Of<T>(Option<string[]> option, string otherwise, string full)
        where T : struct, Enum => Given(option, otherwise, full).Select(word => Enum.Parse<T>(word, ignoreCase: true));

    IEnumerable<int> Numbers(Option<string[]> option, string otherwise, string full) =>
        Given(option, otherwise, full).Select(word => int.Parse(word, CultureInfo.InvariantCulture));

    string[] Given(Option<string[]> option, string otherwise, string full) =>
        parsed.GetValue(option) is { Length: > 0 } given ? given : (parsed.GetValue(s_full) ? full : otherwise).Split(',');

    Side? Sided(Option<string?> option) => parsed.GetValue(option) is { } word ? Enum.Parse<Side>(word, ignoreCase: true) : null;

    static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    static Option<string?> Choice(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { HelpName = string.Join('|', words), Description = description };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>An option that takes words with commas between: of those given, or if none are, whole numbers above 0.</summary>
    static Option<string[]> List(string name, string description, string otherwise, params string[] words) => new(name)
    {
        HelpName = words.Length > 0 ? string.Join(',', words) : "N,...",
        Description = $"{description} [default: {otherwise}]",
        CustomParser = result =>
        {
            // PowerShell hands on 32,128 with a blank between.
            string[] given = result.Tokens[0].Value.Split(',', ' ');
            string? wrong = given.FirstOrDefault(word => words.Length > 0
                ? !words.Contains(word)
                : !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 65536);
            if (wrong is not null) result.AddError($"{name} {wrong}: must be {(words.Length > 0 ? string.Join(" or ", words) : "a whole number from 1 to 65536")}");
            return given;
        },
    };
}
