using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

/// <summary>
/// The baselines of the real data against values found beforehand by another program (NumPy), rounded to the digits given and from the same
/// number of training images, not all of them the same ones. Neighbours were sought there for 1,000 other test images: of so many the mean
/// error has a standard deviation of some 2 %.
/// </summary>
public class RealBaselineTests
{
    [Fact]
    public void Mnist_complete()
    {
        RealData.Require("mnist/train-images-idx3-ubyte.gz");
        (ImageSet train, ImageSet test) = RealData.Mnist;
        BaselineError[] errors = Baselines.Measure(train, test, Occlusion.Lower, null, 0, TestContext.Current.CancellationToken);
        Check(errors, Baselines.MeanImage, 0.0692, 0.0321);
        Check(errors, Baselines.NearestMean, 0.0354, 0.0164, 1e-3);
        Check(errors, Baselines.Regression, 0.0435, 0.0202);
    }

    [Fact]
    public void Cifar100_complete()
    {
        RealData.Require("cifar-100/cifar-100-binary.tar.gz");
        (ImageSet train, ImageSet test) = RealData.Cifar100;
        BaselineError[] errors = Baselines.Measure(train, test, Occlusion.Lower, null, 0, TestContext.Current.CancellationToken);
        Check(errors, Baselines.MeanImage, 0.0680, 0.0319);
        Check(errors, Baselines.NearestMean, 0.0452, 0.0212, 1.5e-3);

        // How large a ridge the other program took is not known; ours ends 0.8 % below it here. Its exact witness is
        // MathNetFloorTests, on digits.
        Check(errors, Baselines.Regression, 0.0399, 0.0187, 4e-4);
    }

    static void Check(BaselineError[] errors, string name, double hidden, double pasted, double tolerance = 1e-4)
    {
        BaselineError error = errors.Single(e => e.Name == name);
        Assert.Equal(hidden, error.HiddenMse!.Value, tolerance);
        Assert.Equal(pasted, error.PastedMse!.Value, tolerance);
    }
}
