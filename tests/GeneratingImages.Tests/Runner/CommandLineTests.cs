using System.Text.Json;
using GeneratingImages.Runner;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Runner;

[Collection("command line")]
public sealed class CommandLineTests
{
    public static TheoryData<string> Commands =>
    [
        "data list", "data get", "train", "evaluate", "rebuild", "complete", "encode", "decode", "walk", "export", "import", "summary",
        "devices", "profile", "bench step", "check gradients", "study",
    ];

    static readonly string[] s_trainingOptions =
    [
        "--dataset", "--data", "--model", "--task", "--hide", "--latent", "--kernel", "--activation", "--channels", "--epochs", "--batch",
        "--optimizer", "--lr", "--schedule", "--warm-up", "--weight-decay", "--clip-norm", "--mirror", "--shift", "--patience", "--epsilon",
        "--epsilon-place", "--seed", "--threads", "--kernels", "--device", "--precision", "--limit", "--out", "--resume", "--tensorboard",
        "--json",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_explains_itself_with_examples(string command)
    {
        Outcome help = Genimg.Run([.. command.Split(' '), "--help"]);
        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.Contains($"genimg {command}", help.Output, StringComparison.Ordinal);
        string[] examples = help.Output[help.Output.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')[1..];
        Assert.StartsWith($"  genimg {command}", examples[0], StringComparison.Ordinal);
        Assert.Contains("--json", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_example_can_be_parsed(string command)
    {
        string help = Genimg.Run([.. command.Split(' '), "--help"]).Output;
        foreach (string line in help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')[1..].Where(l => l.Length > 0))
        {
            // With --help behind it a command line does nothing, but an unknown option is still refused.
            string[] words = line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("genimg", words[0]);
            Outcome outcome = Genimg.Run([.. words[1..], "--help"]);
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        }
    }

    [Fact]
    public void What_follows_a_flag_is_not_its_value() =>
        Genimg.Run("encode", "run", "--json", "--limt", "3").Refused(2, "unknown option --limt (did you mean --limit?)");

    [Fact]
    public void A_mask_without_a_task_that_hides_is_refused()
    {
        Genimg.Run("train", "--hide", "centre").Refused(2, "--hide centre: is for the task complete");
        Genimg.Run("summary", "--hide", "right").Refused(2, "--hide right: is for the task complete");
    }

    [Theory]
    [InlineData("runs/a-1", "runs/a-1")]
    [InlineData("my runs/a", "\"my runs/a\"")]
    [InlineData("mnist-*", "\"mnist-*\"")]
    [InlineData("", "\"\"")]
    [InlineData("C:\\runs\\a,b", "C:\\runs\\a,b")]
    public void Words_that_a_shell_would_change_are_quoted(string word, string shown) =>
        Assert.Equal($"--out {shown}", CommandText.Quoted("--out", word));

    [Fact]
    public void Train_has_every_common_option()
    {
        string help = Genimg.Run("train", "--help").Output;
        foreach (string option in s_trainingOptions) Assert.Contains($"  {option} ", help, StringComparison.Ordinal);
    }

    [Fact]
    public void No_arguments_shows_the_commands() => Assert.Contains("complete <RUN>", Genimg.Run().Output, StringComparison.Ordinal);

    [Theory]
    [Trait("bad-input", "51")]
    [InlineData("trian", "trian", "train")]
    [InlineData("train --lantent 5", "--lantent", "--latent")]
    [InlineData("train --latent=5 --epoch 3", "--epoch", "--epochs")]
    [InlineData("rebuild run --thread 2", "--thread", "--threads")]
    [InlineData("complete run a.png --limt 3", "--limt", "--limit")]
    [InlineData("train --model dep", "--model dep", "deep")]
    [InlineData("train --dataset cifar", "--dataset cifar", "cifar100")]
    [InlineData("train --optimizer adamx", "--optimizer adamx", "adamax")]
    [InlineData("data gte", "gte", "get")]
    [InlineData("data get minst", "minst", "mnist")]
    public void What_was_meant_is_suggested(string line, string wrong, string right) =>
        Genimg.Run(line.Split(' ')).Refused(2, wrong, $"did you mean {right}?");

    [Theory]
    [Trait("bad-input", "49")]
    [Trait("bad-input", "50")]
    [Trait("bad-input", "53")]
    [InlineData("train --latent 0", "--latent 0", "1 to")]
    [InlineData("train --latent -1", "--latent -1", "1 to")]
    [InlineData("train --latent 1000000000", "--latent 1000000000", "1 to")]
    [InlineData("train --latent 99999999999", "--latent 99999999999", "whole number")]
    [InlineData("train --latent many", "--latent many", "whole number")]
    [InlineData("train --latent", "--latent", "missing")]
    [InlineData("train --kernel 4", "--kernel 4", "3 or 5")]
    [InlineData("train --channels 32,,64", "--channels 32,,64", "32,64,128,256")]
    [InlineData("train --channels 0", "--channels 0", "1 to 4096")]
    [InlineData("train --epochs 0", "--epochs 0", "1 to")]
    [InlineData("train --batch 0", "--batch 0", "1 to")]
    [InlineData("train --lr 0", "--lr 0", "above 0")]
    [InlineData("train --lr -1", "--lr -1", "above 0")]
    [InlineData("train --lr NaN", "--lr NaN", "")]
    [InlineData("train --lr 1e400", "--lr", "above 0")]
    [InlineData("train --epsilon 2", "--epsilon 2", "at most 1")]
    [InlineData("train --seed -1", "--seed -1", "whole number")]
    [InlineData("train --threads 0", "--threads 0", "1 to 256")]
    [InlineData("train --threads 257", "--threads 257", "1 to 256")]
    [InlineData("train --limit 0", "--limit 0", "at least 1")]
    [InlineData("train --device tpu", "--device tpu", "must be auto or cpu or cuda")]
    [InlineData("train --precision fp16", "--precision fp16", "must be fp32 or tf32 or bf16")]
    [InlineData("summary --precision tf32", "--precision", "")]
    [InlineData("profile --device cpu --precision tf32", "--precision tf32", "--device cuda")]
    [InlineData("profile --device cuda --kernels direct", "--kernels", "--device cuda")]
    [InlineData("train --out a --resume b", "--out a", "--resume")]
    [InlineData("train --resume no-such-run", "no-such-run", "no such run")]
    [InlineData("train more", "'more'", "too much")]
    [InlineData("evaluate", "RUN", "missing")]
    [InlineData("evaluate no-such-run", "no-such-run", "no such run")]
    [InlineData("rebuild no-such-run", "no-such-run", "no such run")]
    [InlineData("summary no-such-run", "no-such-run", "no such run")]
    [InlineData("data", "missing", "list, get")]
    [InlineData("profile --steps 0", "--steps 0", "1 to")]
    [InlineData("bench step --steps 0", "--steps 0", "1 to")]
    [InlineData("data list --data no-such-folder", "no-such-folder", "--data")]
    [InlineData("data get mnist --from no-such-folder", "no-such-folder", "folder")]
    public void Bad_use_is_one_line_and_code_2(string line, string found, string remedy) =>
        Genimg.Run(line.Split(' ')).Refused(2, found, remedy);

    [Theory]
    [InlineData("latent", "latent", 0)]
    [InlineData("lantent", "latent", 1)]
    [InlineData("latnet", "latent", 1)]
    [InlineData("", "adam", 4)]
    [InlineData("adamax", "adam", 2)]
    public void Distance_counts_letters_changed(string a, string b, int distance) => Assert.Equal(distance, Suggestion.Distance(a, b));

    [Fact]
    public void Debug_adds_the_stack_trace()
    {
        Outcome outcome = Genimg.Run("evaluate", "no-such-run", "--debug");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_without_a_run_print_json()
    {
        Assert.Equal(4, Genimg.Run("data", "list", "--json").Json.GetProperty("dataSets").GetArrayLength());
        Assert.Equal(515_761, DeepParameters("--kernel", "3"));
        Assert.True(Genimg.Run("check", "gradients", "--json").Json.GetProperty("passed").GetBoolean());

        static long DeepParameters(params string[] more) =>
            Genimg.Run(["summary", .. more, "--json"]).Json.GetProperty("parameters").GetInt64();
    }

    [Fact]
    public void A_step_is_timed_without_files_and_allocates_nothing()
    {
        // In a process of its own: the counter is the process', and a test host may allocate at any time.
        Outcome outcome = Genimg.RunProcess(
            "bench", "step", "--dataset", "cifar100", "--model", "deep", "--channels", "4,4", "--latent", "8", "--batch", "8",
            "--threads", "2", "--steps", "3", "--json");
        Assert.Equal(0, outcome.Code);
        foreach (string name in new[] { "medianMs", "minMs", "imagesPerSecond", "gflops" })
            Assert.True(outcome.Json.GetProperty(name).GetDouble() > 0, name);
        Assert.Equal(0, outcome.Json.GetProperty("bytesPerStep").GetDouble());
    }

    [Fact]
    public void A_profile_accounts_for_every_call_of_a_step()
    {
        Outcome outcome = Genimg.Run(
            "profile", "--dataset", "mnist", "--model", "deep", "--channels", "32,32", "--latent", "8", "--batch", "4",
            "--threads", "2", "--steps", "3", "--json");
        Assert.Equal(0, outcome.Code);
        JsonElement[] calls = [.. outcome.Json.GetProperty("calls").EnumerateArray()];
        Assert.Equal(1, calls.Sum(call => call.GetProperty("share").GetDouble()), 1e-9);
        Assert.Equal(["backward", "forward", "update"], calls.Select(call => call.GetProperty("direction").GetString()).Distinct().Order());
        JsonElement filters = calls.Single(call =>
            call.GetProperty("layer").GetString() == "encoder/conv2" && call.GetProperty("operation").GetString() == "Conv2DFilterGrad");
        Assert.StartsWith("winograd", filters.GetProperty("variant").GetString(), StringComparison.Ordinal);

        // 4 images of 14x14 pixels, 32 by 32 channels, 3x3 taps; of the products Winograd leaves 36 for 16 tiles' results instead of 9
        // each.
        double ms = filters.GetProperty("ms").GetDouble(), gigaflops = 2 * 4 * 14 * 14 * 32 * 32 * 9 / 1e9;
        Assert.Equal(gigaflops / (ms / 1e3), filters.GetProperty("gflops").GetDouble(), 1e-6);
        double peak = outcome.Json.GetProperty("ceilings").GetProperty("gflops").GetDouble();
        double products = 2 * 4 * 16 * 36 * 32 * 32 / 1e6 / peak;
        Assert.True(filters.GetProperty("floorMs").GetDouble() >= products * 0.999999);
        Assert.InRange(outcome.Json.GetProperty("idle").GetDouble(), -0.01, 1);
        Assert.True(outcome.Json.GetProperty("accountedFor").GetDouble() > 0);
    }

    [Fact]
    public void A_trace_holds_every_call_of_every_step_inside_its_step()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Root, "trace.json");
        Outcome outcome = Genimg.Run("profile", "--model", "basic", "--batch", "4", "--steps", "3", "--trace", path, "--json");
        Assert.Equal(0, outcome.Code);
        int calls = outcome.Json.GetProperty("calls").GetArrayLength();
        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement events = trace.RootElement.GetProperty("traceEvents");
        JsonElement[] timed = [.. events.EnumerateArray().Where(e => e.GetProperty("ph").GetString() == "X")];
        JsonElement[] steps = [.. timed.Where(e => e.GetProperty("cat").GetString() == "step")];
        Assert.Equal(["step 1", "step 2", "step 3"], steps.Select(e => e.GetProperty("name").GetString()));
        Assert.Equal(3 * (1 + calls), timed.Length);
        foreach (JsonElement[] step in timed.Chunk(1 + calls))
        {
            double at = Of(step[0], "ts");
            foreach (JsonElement call in step[1..])
            {
                Assert.Equal(at, Of(call, "ts"), 1e-6);
                at += Of(call, "dur");
            }

            Assert.Equal(at, Of(step[0], "ts") + Of(step[0], "dur"), 1e-6);
        }

        static double Of(JsonElement call, string name) => call.GetProperty(name).GetDouble();
    }
}
