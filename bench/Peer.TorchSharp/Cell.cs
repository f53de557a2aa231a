using System.Globalization;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>What is timed.</summary>
enum Work
{
    /// <summary>A training step: forward, loss, gradients, Adam.</summary>
    Step,

    /// <summary>The forward pass alone, no gradients kept.</summary>
    Forward,
}

/// <summary>One row of the table.</summary>
sealed record Cell(string Dataset, ModelKind Model, int Kernel, int Batch, int Threads, Work Work)
{
    /// <summary>
    /// Adam's constants on both sides: those of torch.optim.Adam but for a tenth of its learning rate, at which the first step on noise
    /// can overshoot forty times (MNIST's size, k = 5) and multiply any rounding.
    /// </summary>
    public const float LearningRate = 1e-4f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    /// <summary>The size of an image [height, width, channels].</summary>
    public Shape Image => DataSets.Find(Dataset).Image;

    /// <summary>The run as this project describes it, with epsilon where libtorch adds it.</summary>
    public RunSettings Settings => new()
    {
        Dataset = Dataset,
        Model = Model,
        Kernel = Kernel,
        Batch = Batch,
        LearningRate = LearningRate,
        Epsilon = Epsilon,
        EpsilonPlace = EpsilonPlace.InsideCorrection,
    };

    /// <summary>The options that ask for this cell.</summary>
    public string[] Options =>
    [
        "--dataset", Dataset, "--model", Word(Model), "--kernel", Number(Kernel),
        "--batch", Number(Batch), "--threads", Number(Threads), "--work", Word(Work),
    ];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Word(Work)}, {Dataset} {Word(Model)}{(Model == ModelKind.Deep ? $" k{Kernel}" : "")} batch {Batch}, threads {Threads}";

    /// <summary>An enumeration's value as it is written in options and tables.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
