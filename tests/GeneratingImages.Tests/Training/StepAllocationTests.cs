using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Tests.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Training;

[Collection(typeof(AloneCollection))]
public class StepAllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_step_allocates_nothing(int threads)
    {
        Shape image = Shape.Of(16, 16, 3);
        using var backend = new CpuBackend(threads);
        using var session = new TrainingSession(
            new Experiment
            {
                Data = GeneratedImages.Split(image, 1000),
                Objective = new Reconstruction(Autoencoders.Deep(image, 6, [4, 8, 8]), ReconstructionTask.Complete, new Adam()),
                BatchSize = 10,
            },
            backend);
        for (int i = 0; i < 20; i++) session.Step();

        // The test host may allocate at any time; a step that allocates does so every time.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 10; i++) session.Step();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }
}
