using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

/// <summary>
/// The floors of the real data against values found beforehand by another program (singular value decomposition and regression in
/// Python). They
/// were rounded to the digits given and fitted to the same number of training images, not all of them the same ones.
/// </summary>
public class RealFloorTests
{
    [Theory]
    [InlineData(16, 0.02686)]
    [InlineData(32, 0.01683)]
    [InlineData(64, 0.00905)]
    [InlineData(128, 0.00421)]
    public void Mnist_rebuild(int latent, double expected)
    {
        RealData.Require("mnist/train-images-idx3-ubyte.gz");
        (ImageSet train, ImageSet test) = RealData.Mnist;
        Assert.Equal(expected, LinearFloor.Rebuild(train, test, latent, cancellation: TestContext.Current.CancellationToken), 1e-5);
    }

    [Fact]
    public void Mnist_complete()
    {
        RealData.Require("mnist/train-images-idx3-ubyte.gz");
        (ImageSet train, ImageSet test) = RealData.Mnist;
        FloorReport floor = LinearFloor.Complete(train, test, 64, 15, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(0.0229, floor.TestMse, 1e-4);
        Assert.Equal(0.0438, floor.HiddenMse, 1e-4);
        Assert.Equal(floor.HiddenMse * 13 / 28, floor.PastedMse, 1e-12);
        floor = LinearFloor.Complete(train, test, 32, 15, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(0.0266, floor.TestMse, 1e-4);
    }

    [Theory]
    [InlineData(32, 0.01284)]
    [InlineData(64, 0.00873)]
    public void Cifar100_rebuild(int latent, double expected)
    {
        RealData.Require("cifar-100/cifar-100-binary.tar.gz");
        (ImageSet train, ImageSet test) = RealData.Cifar100;
        Assert.Equal(expected, LinearFloor.Rebuild(train, test, latent, cancellation: TestContext.Current.CancellationToken), 1e-5);
    }

    [Fact]
    public void Cifar100_complete()
    {
        RealData.Require("cifar-100/cifar-100-binary.tar.gz");
        (ImageSet train, ImageSet test) = RealData.Cifar100;
        FloorReport floor = LinearFloor.Complete(train, test, 64, 17, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(0.0219, floor.TestMse, 1e-4);
        Assert.Equal(0.0399, floor.HiddenMse, 1e-4);
    }
}
