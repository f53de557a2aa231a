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
/// <param name="Rounds">The most rounds; in each, both sides have a turn.</param>
/// <param name="Seconds">Time after which no new round is begun, once there have been <see cref="CellRun.FewestRounds"/>.</param>
/// <param name="Pause">
/// What is waited between turns, so that one side's threads have gone to sleep before the other's start; with one thread nothing is.
/// </param>
sealed record Effort(int Rounds, double Seconds, TimeSpan Pause);

/// <summary>Measures one cell in this process: two sides in turns, or one alone.</summary>
static class CellRun
{
    /// <summary>The fewest rounds of which a median is given.</summary>
    public const int FewestRounds = 5;

    const int CheckedSteps = 3, MemorySteps = 5;

    // The weights are equal and the sums float32, so losses agree to some roundings.
    const double Tolerance = 1e-5;

    // Adam's first steps move a weight by the learning rate in its gradient's direction, and where that is rounding's, in any.
    const double StepsTolerance = 1e-3;

    /// <summary>Times our side and another in turns.</summary>
    /// <param name="cell">The shapes.</param>
    /// <param name="other">The other side.</param>
    /// <param name="form">libtorch's best form; null to find it.</param>
    /// <param name="effort">How much to measure.</param>
    /// <exception cref="DifferentModelException">The sides do not compute the same.</exception>
    public static PairTimes Compare(Cell cell, Side other, TorchForm? form, Effort effort)
    {
        LibTorch.Start(cell.Threads);
        if (other == Side.Best) form ??= FormSearch.Fastest(cell);
        var start = new StartData(cell);
        using var scope = TorchSharp.torch.NewDisposeScope();
        IContender ours = Ours(cell, start), theirs = Torch(cell, start, other, form);
        CheckEqual(cell, ours, theirs, "at the start", Tolerance);
        for (int i = 0; i < CheckedSteps; i++)
        {
            ours.Run();
            theirs.Run();
        }

        CheckEqual(cell, ours, theirs, $"after {CheckedSteps} steps", StepsTolerance);
        Turn ourTurn = Turn.WarmUp(ours.Run), theirTurn = Turn.WarmUp(theirs.Run);

        var times = new PairTimes(form?.ToString() ?? "", [], [], LibTorch.Version);
        long begin = Stopwatch.GetTimestamp();
        for (int round = 0; round < effort.Rounds; round++)
        {
            if (round >= FewestRounds && Stopwatch.GetElapsedTime(begin).TotalSeconds > effort.Seconds) break;
            if (round % 2 == 0) Take(ourTurn, times.Ours);
            Take(theirTurn, times.Theirs);
            if (round % 2 != 0) Take(ourTurn, times.Ours);
        }

        (ours as IDisposable)?.Dispose();
        return times;

        void Take(Turn turn, List<Times> to)
        {
            if (cell.Threads > 1) Thread.Sleep(effort.Pause);
            to.Add(turn.Take());
        }
    }

    /// <summary>The peak memory in MB of a process in which one side alone trains for some steps and is evaluated once.</summary>
    public static double PeakMemory(Cell cell, Side side, TorchForm? form)
    {
        if (side != Side.Ours) LibTorch.Start(cell.Threads);
        var start = new StartData(cell);
        IContender contender = side == Side.Ours ? Ours(cell, start) : Torch(cell, start, side, form);
        for (int i = 0; i < MemorySteps; i++) contender.Run();
        contender.Loss();
        return Machine.PeakMemory();
    }

    static IContender Ours(Cell cell, StartData start) => cell.Work == Work.Step ? new OurStep(cell, start) : new OurForward(cell, start);

    static IContender Torch(Cell cell, StartData start, Side side, TorchForm? form) =>
        side == Side.Usual ? new TorchUsual(cell, start) : new TorchBest(cell, start, form ?? TorchForm.For(cell.Model)[0]);

    static void CheckEqual(Cell cell, IContender ours, IContender theirs, string when, double tolerance)
    {
        double a = ours.Loss(), b = theirs.Loss();
        if (!(Math.Abs(a - b) <= tolerance * b))
            throw new DifferentModelException(FormattableString.Invariant(
                $"{cell}: {when} our loss is {a:G9}, libtorch's {b:G9}; they may differ by {tolerance} of it"));
    }
}

/// <summary>Both sides do not compute the same model, so their times cannot be compared.</summary>
sealed class DifferentModelException(string message) : Exception(message);
