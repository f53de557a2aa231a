using GeneratingImages.Core;

namespace GeneratingImages.Tests.Core;

public class LearningRateScheduleTests
{
    [Fact]
    public void A_number_stays_as_it_is()
    {
        LearningRateSchedule rate = 0.25f;
        Assert.Equal(0.25, rate.At(0));
        Assert.Equal(0.25, rate.At(1e9));
    }

    [Fact]
    public void Rises_in_a_line_and_falls_along_half_a_cosine()
    {
        var rate = new LearningRateSchedule(2, WarmUpSteps: 4, Steps: 12);
        Assert.Equal([0.5, 1, 1.5, 2], Enumerable.Range(0, 4).Select(t => rate.At(t)));
        Assert.Equal(2, rate.At(4), 1e-15);
        Assert.Equal(1 + Math.Sqrt(0.5), rate.At(6), 1e-15);
        Assert.Equal(1, rate.At(8), 1e-15);
        Assert.Equal(1 - Math.Sqrt(0.5), rate.At(10), 1e-15);
        Assert.Equal(0, rate.At(12));
        Assert.Equal(0, rate.At(1_000_000));
    }

    [Fact]
    public void Without_an_end_the_peak_stays_after_the_warm_up() =>
        Assert.Equal([1.5, 3, 3, 3], Enumerable.Range(0, 4).Select(t => new LearningRateSchedule(3, WarmUpSteps: 2).At(t)));
}
