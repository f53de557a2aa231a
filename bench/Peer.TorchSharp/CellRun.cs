using System.Diagnostics;

namespace GeneratingImages.Peer;

/// <summary>The three that are compared.</summary>
enum Side
{
    /// <summary>This project.</summary>
    Ours,

    /// <summary>libtorch at its best.</summary>
    Best,

    /// <summary>libtorch as it is usually written.</summary>
    Usual,
}

/// <summary>How much to measure.</summary>
/// <param name="Rounds">The most rounds; in each, every side has one turn.</param>
/// <param name="Seconds">Time after which no new round is begun, once there have been <see cref="CellRun.FewestRounds"/>.</param>
/// <param name="Pause">What is waited between turns, so that one side's threads have gone to sleep before the other's start.</param>
sealed record Effort(int Rounds, double Seconds, TimeSpan Pause);

/// <summary>Measures one cell in this process: all sides in turns, or one alone.</summary>
static class CellRun
{
    /// <summary>The fewest rounds of which a median is given.</summary>
    public const int FewestRounds = 5;

    const int WarmUpSteps = 3, MemorySteps = 5;

    // A turn of a short step holds several, as in training, where one follows the other.
    const double ShortestTurnMs = 10;

    // The weights are equal and the sums float32, so losses agree to some roundings.
    const double Tolerance = 1e-5;

    // Adam's first steps move a weight by the learning rate in its gradient's direction, and where that is rounding's, in any.
    const double StepsTolerance = 1e-3;

    /// <summary>Times all sides in turns.</summary>
    /// <param name="cell">The shapes.</param>
    /// <param name="form">libtorch's best form; null to find it.</param>
    /// <param name="effort">How much to measure.</param>
    /// <exception cref="DifferentModelException">The sides do not compute the same.</exception>
    public static CellTimes Compare(Cell cell, TorchForm? form, Effort effort)
    {
        LibTorch.Start(cell.Threads);
        form ??= FormSearch.Fastest(cell);
        var start = new StartData(cell);
        using var scope = TorchSharp.torch.NewDisposeScope();
        IContender[] sides = [Ours(cell, start), new TorchBest(cell, start, form), new TorchUsual(cell, start)];
        CheckEqual(cell, sides, "at the start", Tolerance);
        int[] turn = [.. sides.Select(WarmUp)];
        if (cell.Work == Work.Step) CheckEqual(cell, sides, $"after {WarmUpSteps} steps", StepsTolerance);

        List<Times>[] times = [[], [], []];
        long begin = Stopwatch.GetTimestamp();
        for (int round = 0; round < effort.Rounds; round++)
        {
            if (round >= FewestRounds && Stopwatch.GetElapsedTime(begin).TotalSeconds > effort.Seconds) break;
            for (int place = 0; place < sides.Length; place++)
            {
                int side = (round + place) % sides.Length;
                Thread.Sleep(effort.Pause);
                times[side].Add(Times.Of(sides[side].Run, turn[side]));
            }
        }

        foreach (IDisposable side in sides.OfType<IDisposable>()) side.Dispose();
        return new CellTimes(form.ToString(), turn, times, LibTorch.Version);
    }

    /// <summary>The peak memory in MB of a process in which one side alone trains for some steps and is evaluated once.</summary>
    public static double PeakMemory(Cell cell, Side side, TorchForm? form)
    {
        IContender contender = side == Side.Ours ? Ours(cell, new StartData(cell)) : Torch(cell, side, form);
        for (int i = 0; i < MemorySteps; i++) contender.Run();
        contender.Loss();
        return Machine.PeakMemory();
    }

    static IContender Ours(Cell cell, StartData start) => cell.Work == Work.Step ? new OurStep(cell, start) : new OurForward(cell, start);

    static IContender Torch(Cell cell, Side side, TorchForm? form)
    {
        LibTorch.Start(cell.Threads);
        var start = new StartData(cell);
        return side == Side.Usual ? new TorchUsual(cell, start) : new TorchBest(cell, start, form ?? TorchForm.For(cell.Model)[0]);
    }

    /// <summary>Runs some steps, and gives how many of them make a turn.</summary>
    static int WarmUp(IContender side)
    {
        double fastest = double.MaxValue;
        for (int i = 0; i < WarmUpSteps; i++) fastest = Math.Min(fastest, Times.Of(side.Run, 1).Wall);
        return Math.Max(1, (int)Math.Ceiling(ShortestTurnMs / fastest));
    }

    static void CheckEqual(Cell cell, IContender[] sides, string when, double tolerance)
    {
        double[] losses = [.. sides.Select(side => side.Loss())];
        foreach (Side side in Enum.GetValues<Side>())
        {
            double ours = losses[0], theirs = losses[(int)side];
            if (!(Math.Abs(ours - theirs) <= tolerance * theirs))
                throw new DifferentModelException(FormattableString.Invariant($"{cell}: {when} our loss is {ours:G9}, libtorch's ({Cell.Word(side)}) {theirs:G9}; the difference may be {tolerance} of it"));
        }
    }
}

/// <summary>Both sides do not compute the same model, so their times cannot be compared.</summary>
sealed class DifferentModelException(string message) : Exception(message);
