using System.Diagnostics;

namespace GeneratingImages.Peer;

/// <summary>
/// One side's go in a round: one step, or for short steps several, as in training, where one follows the other. Turns of both sides
/// last about as long: on a busy machine the system takes the processor away after some milliseconds, and a shorter turn would get by.
/// </summary>
/// <param name="step">The side's work.</param>
/// <param name="steps">How many make a turn.</param>
sealed class Turn(Action step, int steps)
{
    const double ShortestMs = 10, WarmUpMs = 300;

    /// <summary>Runs the step until it is warm, at least once, and finds how many make a turn.</summary>
    public static Turn WarmUp(Action step)
    {
        double fastest = double.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        do fastest = Math.Min(fastest, Times.Of(step, 1).Wall);
        while (Stopwatch.GetElapsedTime(begin).TotalMilliseconds < WarmUpMs);
        return new Turn(step, Math.Max(1, (int)Math.Ceiling(ShortestMs / fastest)));
    }

    /// <summary>Takes the turn.</summary>
    public Times Take() => Times.Of(step, steps);
}
