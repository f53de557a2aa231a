namespace GeneratingImages.Core;

/// <summary>
/// The learning rate of every step: up to the peak in a straight line (Goyal et al., arXiv 1706.02677, 2.2), then down half a
/// cosine to zero (Loshchilov and Hutter, SGDR, arXiv 1608.03983, equation 5, without restarts); or the peak throughout.
/// </summary>
/// <param name="Peak">The largest rate.</param>
/// <param name="WarmUpSteps">Steps of the way up: the first has the rate Peak / WarmUpSteps, the last the peak. 0 for none.</param>
/// <param name="Steps">All steps, those of the way up among them; beyond them the rate is 0. 0 to stay at the peak for ever.</param>
public readonly record struct LearningRateSchedule(float Peak, int WarmUpSteps = 0, int Steps = 0)
{
    /// <summary>A rate that never changes.</summary>
    public static implicit operator LearningRateSchedule(float rate) => new(rate);

    /// <summary>The rate of the step that follows so many others.</summary>
    public double At(double stepsTaken)
    {
        if (stepsTaken < WarmUpSteps) return Peak * ((stepsTaken + 1) / WarmUpSteps);
        if (Steps == 0) return Peak;
        return stepsTaken >= Steps ? 0 : Peak * (0.5 * (1 + Math.Cos(Math.PI * (stepsTaken - WarmUpSteps) / (Steps - WarmUpSteps))));
    }
}
